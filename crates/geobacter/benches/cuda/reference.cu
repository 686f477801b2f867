// The measurements of benches/device in CUDA C++: the same algorithms, sizes, repetitions and clocks.
//
// Prints lines of name, value and unit, separated by tabs, for `--compare`. Names are those of benches/device.
// Build: nvcc -O3 -arch=sm_90 reference.cu -lcuda -o reference

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cuda.h>
#include <cuda_runtime.h>

#define CHECK(call)                                                                                   \
    do {                                                                                              \
        int status = static_cast<int>(call);                                                          \
        if (status != 0) {                                                                            \
            std::fprintf(stderr, "%s:%d: %s gives %d\n", __FILE__, __LINE__, #call, status);          \
            std::exit(1);                                                                             \
        }                                                                                             \
    } while (0)

// The work-group size that Geobacter chooses for one-dimensional grids on this device.
constexpr unsigned GROUP = 256;

__global__ void triad(double s, const double *__restrict__ b, const double *__restrict__ c, double *__restrict__ a,
                      size_t n) {
    size_t i = blockIdx.x * static_cast<size_t>(blockDim.x) + threadIdx.x;
    if (i < n) a[i] = b[i] + s * c[i];
}

__global__ void empty() {}

__global__ void nbody(const float4 *__restrict__ bodies, float4 *__restrict__ accelerations, unsigned n) {
    unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n) return;
    const float4 body = bodies[i];
    float ax = 0.0f, ay = 0.0f, az = 0.0f;
    for (unsigned j = 0; j < n; ++j) {
        const float4 other = bodies[j];
        const float x = other.x - body.x, y = other.y - body.y, z = other.z - body.z;
        const float squared = fmaf(x, x, fmaf(y, y, fmaf(z, z, 1e-4f)));
        const float inverse = 1.0f / sqrtf(squared);
        const float pull = other.w * inverse * inverse * inverse;
        ax = fmaf(x, pull, ax);
        ay = fmaf(y, pull, ay);
        az = fmaf(z, pull, az);
    }
    accelerations[i] = make_float4(ax, ay, az, body.w);
}

static double median(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return samples[samples.size() / 2];
}

// Median seconds of queued work by the device's clock, after one run that does not count.
template <class Work> static double on_device(int count, cudaStream_t stream, Work work) {
    cudaEvent_t start, end;
    CHECK(cudaEventCreate(&start));
    CHECK(cudaEventCreate(&end));
    std::vector<double> samples;
    for (int i = -1; i < count; ++i) {
        CHECK(cudaEventRecord(start, stream));
        work();
        CHECK(cudaEventRecord(end, stream));
        CHECK(cudaEventSynchronize(end));
        float milliseconds;
        CHECK(cudaEventElapsedTime(&milliseconds, start, end));
        if (i >= 0) samples.push_back(milliseconds * 1e-3);
    }
    CHECK(cudaGetLastError());
    return median(samples);
}

// Median seconds of the host's time for each of `batch` calls of `work`; `after` is not timed.
template <class Work, class After> static double on_host(int count, int batch, Work work, After after) {
    std::vector<double> samples;
    for (int i = -1; i < count; ++i) {
        auto start = std::chrono::steady_clock::now();
        for (int j = 0; j < batch; ++j) work();
        std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
        after();
        if (i >= 0) samples.push_back(time.count() / batch);
    }
    return median(samples);
}

static void print(const char *name, double value, const char *unit) {
    std::printf("%s\t%.6g\t%s\n", name, value, unit);
}

static void throughput(cudaStream_t stream) {
    const size_t n = size_t{1} << 27, bytes = n * sizeof(double);
    double *a, *b, *c;
    CHECK(cudaMalloc(&a, bytes));
    CHECK(cudaMalloc(&b, bytes));
    CHECK(cudaMalloc(&c, bytes));
    CHECK(cudaMemset(b, 0, bytes));
    CHECK(cudaMemset(c, 0, bytes));
    double time = on_device(51, stream, [&] {
        triad<<<static_cast<unsigned>((n + GROUP - 1) / GROUP), GROUP, 0, stream>>>(3.0, b, c, a, n);
    });
    print("f64 triad", 3.0 * bytes / time / 1e9, "GB/s");
    time = on_device(51, stream, [&] { CHECK(cudaMemcpyAsync(a, b, bytes, cudaMemcpyDeviceToDevice, stream)); });
    print("device copy", 2.0 * bytes / time / 1e9, "GB/s");
    CHECK(cudaFree(a));
    CHECK(cudaFree(b));
    CHECK(cudaFree(c));
}

static void attraction(cudaStream_t stream) {
    const unsigned n = 1u << 16;
    std::vector<float4> host(n);
    for (unsigned i = 0; i < n; ++i) {
        auto at = [&](unsigned k) { return static_cast<float>(i * k % 1009) / 1009.0f; };
        host[i] = make_float4(at(1), at(3), at(7), 1.0f / n);
    }
    float4 *bodies, *accelerations;
    CHECK(cudaMalloc(&bodies, n * sizeof(float4)));
    CHECK(cudaMalloc(&accelerations, n * sizeof(float4)));
    CHECK(cudaMemcpy(bodies, host.data(), n * sizeof(float4), cudaMemcpyHostToDevice));
    double time =
        on_device(21, stream, [&] { nbody<<<(n + GROUP - 1) / GROUP, GROUP, 0, stream>>>(bodies, accelerations, n); });
    print("f32 n-body", static_cast<double>(n) * n / time / 1e9, "G interactions/s");
    CHECK(cudaFree(bodies));
    CHECK(cudaFree(accelerations));
}

// Through cuLaunchKernel itself: the triple brackets add the runtime API's own look-up.
static void launches(cudaStream_t stream) {
    const int batch = 500, samples = 101;
    cudaFunction_t function;
    CHECK(cudaGetFuncBySymbol(&function, reinterpret_cast<const void *>(empty)));
    auto launch = [&] {
        CHECK(cuLaunchKernel(reinterpret_cast<CUfunction>(function), 1, 1, 1, GROUP, 1, 1, 0,
                             reinterpret_cast<CUstream>(stream), nullptr, nullptr));
    };
    auto wait = [&] { CHECK(cudaStreamSynchronize(stream)); };
    auto nothing = [] {};
    auto all = [&] {
        for (int i = 0; i < batch; ++i) launch();
        wait();
    };
    print("empty launch", on_host(samples, 1, all, nothing) / batch * 1e6, "µs");
    print("empty launch, submitted", on_host(samples, batch, launch, wait) * 1e6, "µs");
    auto waited = [&] {
        launch();
        wait();
    };
    print("empty launch, waited for", on_host(samples, 20, waited, nothing) * 1e6, "µs");
}

int main() {
    cudaStream_t stream;
    CHECK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    launches(stream);
    throughput(stream);
    attraction(stream);
    return 0;
}
