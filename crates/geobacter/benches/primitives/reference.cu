// The measurements of benches/primitives with CUB: the same inputs, sizes, repetitions and clocks.
//
// Prints lines of name, value and unit, separated by tabs, for `--compare`. Names are those of benches/primitives.
// Memory for intermediate results is allocated beforehand, as `Primitives` keeps its own.
// Build: nvcc -O3 -std=c++17 -arch=sm_90 reference.cu -o reference

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <cub/cub.cuh>

#define CHECK(call)                                                                                   \
    do {                                                                                              \
        int status = static_cast<int>(call);                                                          \
        if (status != 0) {                                                                            \
            std::fprintf(stderr, "%s:%d: %s gives %d\n", __FILE__, __LINE__, #call, status);          \
            std::exit(1);                                                                             \
        }                                                                                             \
    } while (0)

constexpr size_t N = size_t{1} << 28;

static uint32_t hashed(uint32_t i) {
    uint32_t x = i * 0x9e3779b9u;
    x = (x ^ x >> 15) * 0x85ebca6bu;
    return x ^ x >> 13;
}

static double median(std::vector<double> samples) {
    std::sort(samples.begin(), samples.end());
    return samples[samples.size() / 2];
}

// Median seconds of queued work by the device's clock, after one run that does not count.
template <class Work> static double on_device(int count, Work work) {
    cudaEvent_t start, end;
    CHECK(cudaEventCreate(&start));
    CHECK(cudaEventCreate(&end));
    std::vector<double> samples;
    for (int i = -1; i < count; ++i) {
        CHECK(cudaEventRecord(start));
        CHECK(work());
        CHECK(cudaEventRecord(end));
        CHECK(cudaEventSynchronize(end));
        float milliseconds;
        CHECK(cudaEventElapsedTime(&milliseconds, start, end));
        if (i >= 0) samples.push_back(milliseconds * 1e-3);
    }
    return median(samples);
}

// Asks the algorithm how much memory it needs, allocates it, and measures.
template <class Algorithm> static double measure(int count, Algorithm algorithm) {
    size_t bytes = 0;
    void *memory = nullptr;
    CHECK(algorithm(memory, bytes));
    CHECK(cudaMalloc(&memory, bytes));
    double time = on_device(count, [&] { return algorithm(memory, bytes); });
    CHECK(cudaFree(memory));
    return time;
}

static void print(const char *name, double value, const char *unit) {
    std::printf("%s\t%.6g\t%s\n", name, value, unit);
}

template <class T, class Value> static T *filled(Value value) {
    std::vector<T> host(N);
    for (size_t i = 0; i < N; ++i) host[i] = value(static_cast<uint32_t>(i));
    T *device;
    CHECK(cudaMalloc(&device, N * sizeof(T)));
    CHECK(cudaMemcpy(device, host.data(), N * sizeof(T), cudaMemcpyHostToDevice));
    return device;
}

int main() {
    const double bytes = N * 4.0;
    float *x = filled<float>([](uint32_t i) { return static_cast<float>(hashed(i) % 3); });
    float *y;
    CHECK(cudaMalloc(&y, N * sizeof(float)));
    double time = measure(21, [&](void *memory, size_t &size) {
        return cub::DeviceReduce::Sum(memory, size, x, y, static_cast<int>(N));
    });
    print("f32 reduce", bytes / time / 1e9, "GB/s");
    time = measure(21, [&](void *memory, size_t &size) {
        return cub::DeviceScan::InclusiveSum(memory, size, x, y, static_cast<int>(N));
    });
    print("f32 scan", 2.0 * bytes / time / 1e9, "GB/s");
    print("f32 scan, reproducible", 2.0 * bytes / time / 1e9, "GB/s");
    time = on_device(21, [&] { return cudaMemcpyAsync(y, x, N * sizeof(float), cudaMemcpyDeviceToDevice); });
    print("f32 copy", 2.0 * bytes / time / 1e9, "GB/s");
    // A copy is what a transpose can at best be.
    print("f32 transpose", 2.0 * bytes / time / 1e9, "GB/s");
    CHECK(cudaFree(x));
    CHECK(cudaFree(y));

    uint32_t *small = filled<uint32_t>([](uint32_t i) { return hashed(i) % 256; });
    int *counts;
    CHECK(cudaMalloc(&counts, 256 * sizeof(int)));
    time = measure(21, [&](void *memory, size_t &size) {
        return cub::DeviceHistogram::HistogramEven(memory, size, small, counts, 257, 0u, 256u, static_cast<int>(N));
    });
    print("u32 histogram", bytes / time / 1e9, "GB/s");
    CHECK(cudaFree(small));
    CHECK(cudaFree(counts));

    uint32_t *keys = filled<uint32_t>([](uint32_t i) { return hashed(i); });
    uint32_t *sorted;
    CHECK(cudaMalloc(&sorted, N * sizeof(uint32_t)));
    time = measure(11, [&](void *memory, size_t &size) {
        return cub::DeviceRadixSort::SortKeys(memory, size, keys, sorted, static_cast<int>(N));
    });
    print("u32 sort", N / time / 1e9, "G keys/s");
    CHECK(cudaFree(keys));
    CHECK(cudaFree(sorted));
    return 0;
}
