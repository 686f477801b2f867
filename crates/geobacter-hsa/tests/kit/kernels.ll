; The kernels of the tests, by hand. Each takes one kernarg block: the 56-byte header, then its arguments.

declare i32 @llvm.amdgcn.workitem.id.x()
declare i32 @llvm.amdgcn.workgroup.id.x()
declare void @llvm.trap()

; y[i] = a * x[i] + y[i] for i < n, in groups of 256: a f32 @56, n u64 @64, x @72, y @80
define amdgpu_kernel void @saxpy(ptr addrspace(4) byref([88 x i8]) align 8 %block) #0 {
  %group = call i32 @llvm.amdgcn.workgroup.id.x()
  %item = call i32 @llvm.amdgcn.workitem.id.x()
  %first = mul i32 %group, 256
  %i32 = add i32 %first, %item
  %i = zext i32 %i32 to i64
  %n.at = getelementptr i8, ptr addrspace(4) %block, i64 64
  %n = load i64, ptr addrspace(4) %n.at
  %inside = icmp ult i64 %i, %n
  br i1 %inside, label %work, label %done
work:
  %a.at = getelementptr i8, ptr addrspace(4) %block, i64 56
  %a = load float, ptr addrspace(4) %a.at
  %x.at = getelementptr i8, ptr addrspace(4) %block, i64 72
  %x = load ptr addrspace(1), ptr addrspace(4) %x.at
  %y.at = getelementptr i8, ptr addrspace(4) %block, i64 80
  %y = load ptr addrspace(1), ptr addrspace(4) %y.at
  %xi.at = getelementptr float, ptr addrspace(1) %x, i64 %i
  %yi.at = getelementptr float, ptr addrspace(1) %y, i64 %i
  %xi = load float, ptr addrspace(1) %xi.at
  %yi = load float, ptr addrspace(1) %yi.at
  %product = fmul float %a, %xi
  %sum = fadd float %product, %yi
  store float %sum, ptr addrspace(1) %yi.at
  br label %done
done:
  ret void
}

; *p = *p * mul + add, in one work-item: p @56, mul u32 @64, add u32 @68
define amdgpu_kernel void @step(ptr addrspace(4) byref([72 x i8]) align 8 %block) #0 {
  %p.at = getelementptr i8, ptr addrspace(4) %block, i64 56
  %p = load ptr addrspace(1), ptr addrspace(4) %p.at
  %mul.at = getelementptr i8, ptr addrspace(4) %block, i64 64
  %mul = load i32, ptr addrspace(4) %mul.at
  %add.at = getelementptr i8, ptr addrspace(4) %block, i64 68
  %add = load i32, ptr addrspace(4) %add.at
  %old = load i32, ptr addrspace(1) %p
  %product = mul i32 %old, %mul
  %new = add i32 %product, %add
  store i32 %new, ptr addrspace(1) %p
  ret void
}

; Every work-item panics with "boom" at dev.rs:42:7, as the device library does it.
define amdgpu_kernel void @panics(ptr addrspace(4) byref([56 x i8]) align 8 %block) #0 {
  %record.at = getelementptr i8, ptr addrspace(4) %block, i64 48
  %record = load ptr addrspace(1), ptr addrspace(4) %record.at
  %before = atomicrmw add ptr addrspace(1) %record, i32 1 syncscope("agent") acq_rel
  %is.first = icmp eq i32 %before, 0
  br i1 %is.first, label %write, label %flag
write:
  %item = call i32 @llvm.amdgcn.workitem.id.x()
  %item.at = getelementptr i8, ptr addrspace(1) %record, i64 16
  store i32 %item, ptr addrspace(1) %item.at
  %group = call i32 @llvm.amdgcn.workgroup.id.x()
  %group.at = getelementptr i8, ptr addrspace(1) %record, i64 28
  store i32 %group, ptr addrspace(1) %group.at
  %line.at = getelementptr i8, ptr addrspace(1) %record, i64 40
  store i32 42, ptr addrspace(1) %line.at
  %column.at = getelementptr i8, ptr addrspace(1) %record, i64 44
  store i32 7, ptr addrspace(1) %column.at
  %file.len.at = getelementptr i8, ptr addrspace(1) %record, i64 48
  store i32 6, ptr addrspace(1) %file.len.at
  %message.len.at = getelementptr i8, ptr addrspace(1) %record, i64 52
  store i32 4, ptr addrspace(1) %message.len.at
  %file.at = getelementptr i8, ptr addrspace(1) %record, i64 56
  store [6 x i8] c"dev.rs", ptr addrspace(1) %file.at
  %message.at = getelementptr i8, ptr addrspace(1) %record, i64 312
  store [4 x i8] c"boom", ptr addrspace(1) %message.at
  fence release
  %recorded.at = getelementptr i8, ptr addrspace(1) %record, i64 4
  store atomic i32 1, ptr addrspace(1) %recorded.at release, align 4
  br label %flag
flag:
  %flag.at = getelementptr i8, ptr addrspace(1) %record, i64 8
  %word = load ptr addrspace(1), ptr addrspace(1) %flag.at
  fence release
  store volatile i32 1, ptr addrspace(1) %word
  ret void
}

; Stores to an address: p @56
define amdgpu_kernel void @store(ptr addrspace(4) byref([64 x i8]) align 8 %block) #0 {
  %p.at = getelementptr i8, ptr addrspace(4) %block, i64 56
  %p = load ptr addrspace(1), ptr addrspace(4) %p.at
  store i32 1, ptr addrspace(1) %p
  ret void
}

; Traps.
define amdgpu_kernel void @traps(ptr addrspace(4) byref([56 x i8]) align 8 %block) #0 {
  call void asm sideeffect "s_trap 2", ""()
  ret void
}

; Recurses without bound, a frame of 256 bytes at a time.
define amdgpu_kernel void @recurses(ptr addrspace(4) byref([56 x i8]) align 8 %block) #0 {
  %end = call i32 @deeper(i32 1)
  ret void
}

define internal i32 @deeper(i32 %depth) noinline {
  %frame = alloca [64 x i32], align 4, addrspace(5)
  store volatile i32 %depth, ptr addrspace(5) %frame
  %next = add i32 %depth, 1
  %inner = call i32 @deeper(i32 %next)
  %mine = load volatile i32, ptr addrspace(5) %frame
  %sum = add i32 %inner, %mine
  ret i32 %sum
}

; Declares 4096 bytes of work-group memory, and copies a word through it: p @56
@group = internal addrspace(3) global [1024 x i32] undef, align 16
define amdgpu_kernel void @through_group_memory(ptr addrspace(4) byref([64 x i8]) align 8 %block) #0 {
  %p.at = getelementptr i8, ptr addrspace(4) %block, i64 56
  %p = load ptr addrspace(1), ptr addrspace(4) %p.at
  %word = load i32, ptr addrspace(1) %p
  %last = getelementptr [1024 x i32], ptr addrspace(3) @group, i64 0, i64 1023
  store volatile i32 %word, ptr addrspace(3) %last
  %back = load volatile i32, ptr addrspace(3) %last
  %more = add i32 %back, 1
  store i32 %more, ptr addrspace(1) %p
  ret void
}

attributes #0 = { "amdgpu-flat-work-group-size"="1,1024" "uniform-work-group-size"="true" "amdgpu-implicitarg-num-bytes"="0" }

!llvm.module.flags = !{!0}
!0 = !{i32 1, !"amdhsa_code_object_version", i32 500}
