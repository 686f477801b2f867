/* The algorithms of the kernels beside this file in OpenCL C, as its users write them: what a work-item is comes from the
 * language's own ids, a work-item beyond the end returns, and no other access is checked.
 *
 * `saxpy_checked` and `triad_checked` check what the Rust kernels check, and no more: that the work-item is one of the
 * grid, and each index against its own buffer's length.
 *
 * The functions that OpenCL's library would give are here, so that nothing but clang is needed. */

/* Global id and size along an axis, as ROCm's device library computes them for the code object version used here. */
typedef struct { uint groups[3]; ushort group_size[3]; ushort remainder[3]; uint reserved[4]; ulong offset[3]; } hidden;

static inline constant hidden *hidden_arguments(void) { return (constant hidden *)__builtin_amdgcn_implicitarg_ptr(); }

static inline ulong global_id(uint axis)
{
    uint group = axis == 0 ? __builtin_amdgcn_workgroup_id_x() : __builtin_amdgcn_workgroup_id_y();
    uint item = axis == 0 ? __builtin_amdgcn_workitem_id_x() : __builtin_amdgcn_workitem_id_y();
    return (ulong)(group * hidden_arguments()->group_size[axis] + item) + hidden_arguments()->offset[axis];
}

static inline ulong global_size(uint axis) { return ((constant uint *)__builtin_amdgcn_dispatch_ptr())[3 + axis]; }

kernel void saxpy(ulong n, float a, global const float *restrict x, global float *restrict y)
{
    ulong i = global_id(0);
    if (i < n)
        y[i] = __builtin_fmaf(a, x[i], y[i]);
}

kernel void triad(ulong n, double s, global const double *restrict b, global const double *restrict c,
                  global double *restrict a)
{
    ulong i = global_id(0);
    if (i < n)
        a[i] = b[i] + s * c[i];
}

/* Number of the work-item from 0, whatever the grid starts at: Rust keeps a work-item's own elements by that. */
static inline ulong linear_id(void)
{
    return __builtin_amdgcn_workgroup_id_x() * hidden_arguments()->group_size[0] + __builtin_amdgcn_workitem_id_x();
}

kernel void saxpy_checked(ulong items, float a, global const float *restrict x, ulong x_length,
                          global float *restrict y, ulong y_length)
{
    ulong i = linear_id(), j = i + hidden_arguments()->offset[0];
    if (i < items && i < y_length && j < x_length)
        y[i] = __builtin_fmaf(a, x[j], y[i]);
}

kernel void triad_checked(ulong items, double s, global const double *restrict b, ulong b_length,
                          global const double *restrict c, ulong c_length, global double *restrict a, ulong a_length)
{
    ulong i = linear_id(), j = i + hidden_arguments()->offset[0];
    if (i < items && i < a_length && j < b_length && j < c_length)
        a[i] = b[j] + s * c[j];
}

kernel void nbody(ulong n, global const float4 *restrict bodies, global float4 *restrict accelerations)
{
    ulong i = global_id(0);
    if (i >= n)
        return;
    float4 body = bodies[i];
    float3 sum = 0.0f;
    for (ulong j = 0; j < n; j++) {
        float4 other = bodies[j];
        float3 d = other.xyz - body.xyz;
        float squared = __builtin_fmaf(d.x, d.x, __builtin_fmaf(d.y, d.y, __builtin_fmaf(d.z, d.z, 1e-4f)));
        float inverse = 1.0f / __builtin_sqrtf(squared);
        float pull = other.w * inverse * inverse * inverse;
        sum.x = __builtin_fmaf(d.x, pull, sum.x);
        sum.y = __builtin_fmaf(d.y, pull, sum.y);
        sum.z = __builtin_fmaf(d.z, pull, sum.z);
    }
    accelerations[i] = (float4)(sum, body.w);
}

kernel void sgemm(ulong n, global const float *restrict a, global const float *restrict b, global float *restrict c)
{
    ulong x = global_id(0), y = global_id(1);
    if (x >= n || y >= n)
        return;
    float sum = 0.0f;
    for (ulong k = 0; k < n; k++)
        sum = __builtin_fmaf(a[y * n + k], b[k * n + x], sum);
    c[y * n + x] = sum;
}

kernel void sum(ulong n, global const float *restrict x, global float *restrict sums)
{
    float total = 0.0f;
    for (ulong i = global_id(0); i < n; i += global_size(0))
        total += x[i];
    sums[global_id(0)] = total;
}

/* Counts work-items that would go beyond a matrix, and says where the first of them would. */
static inline void out_of_bounds(global uint *panics, uint site, ulong length, ulong index)
{
    global ulong *numbers = (global ulong *)(panics + 2);
    if (__opencl_atomic_fetch_add((global atomic_uint *)panics, 1u, __ATOMIC_RELAXED, __OPENCL_MEMORY_SCOPE_DEVICE) == 0) {
        panics[1] = site;
        numbers[0] = length;
        numbers[1] = index;
    }
}

/* Checks what the Rust kernel checks: that the work-item is one of the grid and has an element, and each index of the loop. */
kernel void sgemm_checked(ulong columns, ulong rows, ulong n, global const float *restrict a, ulong a_length,
                          global const float *restrict b, ulong b_length, global float *restrict c, ulong c_length,
                          global uint *restrict panics)
{
    ulong x = global_id(0), y = global_id(1), element = y * columns + x;
    if (x >= columns || y >= rows || element >= c_length)
        return;
    float sum = 0.0f;
    for (ulong k = 0; k < n; k++) {
        ulong i = y * n + k, j = k * n + x;
        if (i >= a_length) {
            out_of_bounds(panics, 0, a_length, i);
            return;
        }
        if (j >= b_length) {
            out_of_bounds(panics, 1, b_length, j);
            return;
        }
        sum = __builtin_fmaf(a[i], b[j], sum);
    }
    c[element] = sum;
}

#define GROUP 256

static inline void barrier_of_group(void)
{
    __builtin_amdgcn_fence(__ATOMIC_RELEASE, "workgroup");
    __builtin_amdgcn_s_barrier();
    __builtin_amdgcn_fence(__ATOMIC_ACQUIRE, "workgroup");
}

/* As it is written everywhere: one barrier for each step, because who reads an element knows that nobody writes it then. */
kernel void reduce(ulong n, global const float *restrict x, global float *restrict sums)
{
    local float scratch[GROUP];
    uint item = __builtin_amdgcn_workitem_id_x();
    ulong i = global_id(0);
    scratch[item] = i < n ? x[i] : 0.0f;
#pragma unroll
    for (uint step = GROUP / 2; step > 0; step /= 2) {
        barrier_of_group();
        if (item < step)
            scratch[item] += scratch[item + step];
    }
    barrier_of_group();
    if (i < n)
        sums[i] = scratch[0];
}

/* What the Rust kernel does: the group may be smaller than its memory, whose elements its work-items then divide among them,
 * and nobody reads an element between the same two barriers between which somebody may write it. */
kernel void reduce_in_phases(ulong items, global const float *restrict x, ulong x_length, global float *restrict sums,
                             ulong sums_length)
{
    local float scratch[GROUP];
    uint item = __builtin_amdgcn_workitem_id_x();
    ulong i = linear_id(), first = (ulong)__builtin_amdgcn_workgroup_id_x() * GROUP;
    if (i >= items)
        return;
    ulong size = hidden_arguments()->group_size[0], left = items - (i - item);
    for (ulong k = item; k < GROUP; k += left < size ? left : size)
        scratch[k] = first + k < x_length ? x[first + k] : 0.0f;
#pragma unroll
    for (uint step = GROUP / 2; step > 0; step /= 2) {
        float other = 0.0f;
        barrier_of_group();
        if (item < step)
            other = scratch[item + step];
        barrier_of_group();
        if (item < step)
            scratch[item] += other;
    }
    barrier_of_group();
    if (i < sums_length)
        sums[i] = scratch[0];
}
