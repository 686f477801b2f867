; The kernels of the tests. Arguments are packed from offset 0.

declare i32 @llvm.amdgcn.workitem.id.x()
declare i32 @llvm.amdgcn.workgroup.id.x()
declare void @llvm.trap()

; p[i] += k for i < n, in groups of 64: p @0, n u32 @8, k u32 @12
define amdgpu_kernel void @add(ptr addrspace(1) %p, i32 %n, i32 %k) #0 {
  %group = call i32 @llvm.amdgcn.workgroup.id.x()
  %item = call i32 @llvm.amdgcn.workitem.id.x()
  %first = mul i32 %group, 64
  %i = add i32 %first, %item
  %inside = icmp ult i32 %i, %n
  br i1 %inside, label %work, label %done
work:
  %at = getelementptr i32, ptr addrspace(1) %p, i32 %i
  %old = load i32, ptr addrspace(1) %at
  %new = add i32 %old, %k
  store i32 %new, ptr addrspace(1) %at
  br label %done
done:
  ret void
}

; *p = sum of 256 words of private memory, written as 0 + k, 1 + k, .. and read in an order known at run time only:
; p @0, k u32 @8, stride u32 @12
define amdgpu_kernel void @private(ptr addrspace(1) %p, i32 %k, i32 %stride) #0 {
entry:
  %words = alloca [256 x i32], align 4, addrspace(5)
  br label %write
write:
  %i = phi i32 [ 0, %entry ], [ %i.next, %write ]
  %to = getelementptr [256 x i32], ptr addrspace(5) %words, i32 0, i32 %i
  %value = add i32 %i, %k
  store volatile i32 %value, ptr addrspace(5) %to
  %i.next = add i32 %i, 1
  %more = icmp ult i32 %i.next, 256
  br i1 %more, label %write, label %read
read:
  %j = phi i32 [ 0, %write ], [ %j.next, %read ]
  %sum = phi i32 [ 0, %write ], [ %sum.next, %read ]
  %mixed = mul i32 %j, %stride
  %index = and i32 %mixed, 255
  %from = getelementptr [256 x i32], ptr addrspace(5) %words, i32 0, i32 %index
  %word = load volatile i32, ptr addrspace(5) %from
  %sum.next = add i32 %sum, %word
  %j.next = add i32 %j, 1
  %again = icmp ult i32 %j.next, 256
  br i1 %again, label %read, label %done
done:
  store i32 %sum.next, ptr addrspace(1) %p
  ret void
}

; Waits until *p is not 0: p @0
define amdgpu_kernel void @spin(ptr addrspace(1) %p) #0 {
  br label %look
look:
  %value = load atomic i32, ptr addrspace(1) %p monotonic, align 4
  %set = icmp ne i32 %value, 0
  br i1 %set, label %done, label %look
done:
  ret void
}

; *p = 7: p @0
define amdgpu_kernel void @store(ptr addrspace(1) %p) #0 {
  store volatile i32 7, ptr addrspace(1) %p
  ret void
}

; *q = *p: p @0, q @8
define amdgpu_kernel void @load(ptr addrspace(1) %p, ptr addrspace(1) %q) #0 {
  %value = load volatile i32, ptr addrspace(1) %p
  store volatile i32 %value, ptr addrspace(1) %q
  ret void
}

define amdgpu_kernel void @traps() #0 {
  call void @llvm.trap()
  unreachable
}

; An instruction that does not exist.
define amdgpu_kernel void @nonsense() #0 {
  call void asm sideeffect ".long 0xbfff0000", ""()
  ret void
}

attributes #0 = { "amdgpu-flat-work-group-size"="1,1024" "uniform-work-group-size"="false" }

!llvm.module.flags = !{!0}
!0 = !{i32 1, !"amdhsa_code_object_version", i32 500}
