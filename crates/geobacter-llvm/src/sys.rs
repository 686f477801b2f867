//! The C API functions in use, looked up by name in the loaded library. Declarations follow the `llvm-c` headers of
//! LLVM 22; a function's name here is its C name without the `LLVM`.

use std::ffi::{c_char, c_int, c_uint, c_ulonglong, c_void};

use libloading::Library;

macro_rules! opaque {
    ($($name:ident = $inner:ident;)*) => {$(
        #[repr(C)]
        pub(crate) struct $inner {
            opaque: [u8; 0],
        }
        pub(crate) type $name = *mut $inner;
    )*};
}

opaque! {
    AttributeRef = OpaqueAttribute;
    BasicBlockRef = OpaqueBasicBlock;
    BuilderRef = OpaqueBuilder;
    ContextRef = OpaqueContext;
    DiagnosticInfoRef = OpaqueDiagnosticInfo;
    DisasmContextRef = OpaqueDisasmContext;
    ErrorRef = OpaqueError;
    MemoryBufferRef = OpaqueMemoryBuffer;
    MetadataRef = OpaqueMetadata;
    ModuleRef = OpaqueModule;
    PassBuilderOptionsRef = OpaquePassBuilderOptions;
    TargetDataRef = OpaqueTargetData;
    TargetMachineRef = OpaqueTargetMachine;
    TargetRef = OpaqueTarget;
    TypeRef = OpaqueType;
    UseRef = OpaqueUse;
    ValueRef = OpaqueValue;
    ComdatRef = OpaqueComdat;
}

pub(crate) type Bool = c_int;
pub(crate) type DiagnosticHandler = unsafe extern "C" fn(DiagnosticInfoRef, *mut c_void);
pub(crate) type FatalErrorHandler = unsafe extern "C" fn(*const c_char);

macro_rules! api {
    ($(fn $name:ident($($arg:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        /// One pointer for each C function in use.
        #[allow(non_snake_case, reason = "the C API's own names, so that its headers can be searched for them")]
        pub(crate) struct Api {
            $(pub(crate) $name: unsafe extern "C" fn($($arg),*) $(-> $ret)?,)*
        }

        impl Api {
            /// # Safety
            /// `library` must be a libLLVM whose C API has these signatures.
            pub(crate) unsafe fn load(library: &Library) -> Result<Self, libloading::Error> {
                Ok(Api {
                    // SAFETY: the caller's promise; the pointers are used only while the library stays loaded, which
                    // is until the process ends.
                    $($name: unsafe { *library.get(concat!("LLVM", stringify!($name), "\0").as_bytes())? },)*
                })
            }
        }
    };
}

api! {
    // The library
    fn GetVersion(*mut c_uint, *mut c_uint, *mut c_uint);
    fn DisposeMessage(*mut c_char);
    fn InstallFatalErrorHandler(FatalErrorHandler);
    fn ParseCommandLineOptions(c_int, *const *const c_char, *const c_char);
    fn GetErrorMessage(ErrorRef) -> *mut c_char;
    fn DisposeErrorMessage(*mut c_char);

    // Context and diagnostics
    fn ContextCreate() -> ContextRef;
    fn ContextDispose(ContextRef);
    fn ContextSetDiagnosticHandler(ContextRef, DiagnosticHandler, *mut c_void);
    fn GetDiagInfoDescription(DiagnosticInfoRef) -> *mut c_char;
    fn GetDiagInfoSeverity(DiagnosticInfoRef) -> c_int;

    // Memory buffers
    fn CreateMemoryBufferWithMemoryRangeCopy(*const c_char, usize, *const c_char) -> MemoryBufferRef;
    fn GetBufferStart(MemoryBufferRef) -> *const c_char;
    fn GetBufferSize(MemoryBufferRef) -> usize;
    fn DisposeMemoryBuffer(MemoryBufferRef);

    // Modules
    fn ModuleCreateWithNameInContext(*const c_char, ContextRef) -> ModuleRef;
    fn CloneModule(ModuleRef) -> ModuleRef;
    fn DisposeModule(ModuleRef);
    fn GetModuleIdentifier(ModuleRef, *mut usize) -> *const c_char;
    fn GetTarget(ModuleRef) -> *const c_char;
    fn SetTarget(ModuleRef, *const c_char);
    fn GetDataLayoutStr(ModuleRef) -> *const c_char;
    fn SetDataLayout(ModuleRef, *const c_char);
    fn SetModuleDataLayout(ModuleRef, TargetDataRef);
    fn GetModuleInlineAsm(ModuleRef, *mut usize) -> *const c_char;
    fn SetModuleInlineAsm2(ModuleRef, *const c_char, usize);
    fn AddModuleFlag(ModuleRef, c_int, *const c_char, usize, MetadataRef);
    fn GetModuleFlag(ModuleRef, *const c_char, usize) -> MetadataRef;
    fn PrintModuleToString(ModuleRef) -> *mut c_char;
    fn StripModuleDebugInfo(ModuleRef) -> Bool;
    fn GetBitcodeModuleInContext2(ContextRef, MemoryBufferRef, *mut ModuleRef) -> Bool;
    fn ParseBitcodeInContext2(ContextRef, MemoryBufferRef, *mut ModuleRef) -> Bool;
    fn ParseIRInContext(ContextRef, MemoryBufferRef, *mut ModuleRef, *mut *mut c_char) -> Bool;
    fn WriteBitcodeToMemoryBuffer(ModuleRef) -> MemoryBufferRef;
    fn LinkModules2(ModuleRef, ModuleRef) -> Bool;
    fn VerifyModule(ModuleRef, c_int, *mut *mut c_char) -> Bool;
    fn GetNamedMetadataNumOperands(ModuleRef, *const c_char) -> c_uint;

    // Types
    fn VoidTypeInContext(ContextRef) -> TypeRef;
    fn IntTypeInContext(ContextRef, c_uint) -> TypeRef;
    fn HalfTypeInContext(ContextRef) -> TypeRef;
    fn FloatTypeInContext(ContextRef) -> TypeRef;
    fn DoubleTypeInContext(ContextRef) -> TypeRef;
    fn PointerTypeInContext(ContextRef, c_uint) -> TypeRef;
    fn StructTypeInContext(ContextRef, *mut TypeRef, c_uint, Bool) -> TypeRef;
    fn ArrayType2(TypeRef, u64) -> TypeRef;
    fn VectorType(TypeRef, c_uint) -> TypeRef;
    fn FunctionType(TypeRef, *mut TypeRef, c_uint, Bool) -> TypeRef;
    fn GetTypeKind(TypeRef) -> c_int;
    fn GetIntTypeWidth(TypeRef) -> c_uint;
    fn GetPointerAddressSpace(TypeRef) -> c_uint;
    fn GetElementType(TypeRef) -> TypeRef;
    fn GetVectorSize(TypeRef) -> c_uint;
    fn GetArrayLength2(TypeRef) -> u64;
    fn CountStructElementTypes(TypeRef) -> c_uint;
    fn StructGetTypeAtIndex(TypeRef, c_uint) -> TypeRef;
    fn GetReturnType(TypeRef) -> TypeRef;
    fn CountParamTypes(TypeRef) -> c_uint;
    fn GetParamTypes(TypeRef, *mut TypeRef);
    fn IsFunctionVarArg(TypeRef) -> Bool;
    fn PrintTypeToString(TypeRef) -> *mut c_char;

    // Values
    fn TypeOf(ValueRef) -> TypeRef;
    fn GetValueKind(ValueRef) -> c_int;
    fn GetValueName2(ValueRef, *mut usize) -> *const c_char;
    fn SetValueName2(ValueRef, *const c_char, usize);
    fn PrintValueToString(ValueRef) -> *mut c_char;
    fn ReplaceAllUsesWith(ValueRef, ValueRef);
    fn GetFirstUse(ValueRef) -> UseRef;
    fn GetNextUse(UseRef) -> UseRef;
    fn GetUser(UseRef) -> ValueRef;
    fn GetNumOperands(ValueRef) -> c_int;
    fn GetOperand(ValueRef, c_uint) -> ValueRef;
    fn SetOperand(ValueRef, c_uint, ValueRef);
    fn IsConstant(ValueRef) -> Bool;
    fn IsNull(ValueRef) -> Bool;

    // Constants
    fn ConstInt(TypeRef, c_ulonglong, Bool) -> ValueRef;
    fn ConstReal(TypeRef, f64) -> ValueRef;
    fn ConstIntGetZExtValue(ValueRef) -> c_ulonglong;
    fn ConstNull(TypeRef) -> ValueRef;
    fn GetUndef(TypeRef) -> ValueRef;
    fn GetPoison(TypeRef) -> ValueRef;
    fn ConstStringInContext2(ContextRef, *const c_char, usize, Bool) -> ValueRef;
    fn ConstAddrSpaceCast(ValueRef, TypeRef) -> ValueRef;
    fn ConstInBoundsGEP2(TypeRef, ValueRef, *mut ValueRef, c_uint) -> ValueRef;
    fn ConstIntToPtr(ValueRef, TypeRef) -> ValueRef;
    fn GetRawDataValues(ValueRef, *mut usize) -> *const c_char;
    fn GetAggregateElement(ValueRef, c_uint) -> ValueRef;
    fn GetConstOpcode(ValueRef) -> c_int;

    // Global values
    fn IsDeclaration(ValueRef) -> Bool;
    fn GlobalGetValueType(ValueRef) -> TypeRef;
    fn GetLinkage(ValueRef) -> c_int;
    fn SetLinkage(ValueRef, c_int);
    fn GetVisibility(ValueRef) -> c_int;
    fn SetVisibility(ValueRef, c_int);
    fn GetSection(ValueRef) -> *const c_char;
    fn SetSection(ValueRef, *const c_char);
    fn GetAlignment(ValueRef) -> c_uint;
    fn SetAlignment(ValueRef, c_uint);
    fn SetUnnamedAddress(ValueRef, c_int);
    fn GetComdat(ValueRef) -> ComdatRef;
    fn SetComdat(ValueRef, ComdatRef);
    fn GlobalClearMetadata(ValueRef);

    // Global variables
    fn GetFirstGlobal(ModuleRef) -> ValueRef;
    fn GetNextGlobal(ValueRef) -> ValueRef;
    fn GetNamedGlobal(ModuleRef, *const c_char) -> ValueRef;
    fn AddGlobalInAddressSpace(ModuleRef, TypeRef, *const c_char, c_uint) -> ValueRef;
    fn DeleteGlobal(ValueRef);
    fn GetInitializer(ValueRef) -> ValueRef;
    fn SetInitializer(ValueRef, ValueRef);
    fn IsGlobalConstant(ValueRef) -> Bool;
    fn SetGlobalConstant(ValueRef, Bool);
    fn IsThreadLocal(ValueRef) -> Bool;

    // Aliases
    fn GetFirstGlobalAlias(ModuleRef) -> ValueRef;
    fn GetNextGlobalAlias(ValueRef) -> ValueRef;
    fn AliasGetAliasee(ValueRef) -> ValueRef;

    // Functions
    fn GetFirstFunction(ModuleRef) -> ValueRef;
    fn GetNextFunction(ValueRef) -> ValueRef;
    fn GetNamedFunction(ModuleRef, *const c_char) -> ValueRef;
    fn AddFunction(ModuleRef, *const c_char, TypeRef) -> ValueRef;
    fn DeleteFunction(ValueRef);
    fn CountParams(ValueRef) -> c_uint;
    fn GetParam(ValueRef, c_uint) -> ValueRef;
    fn GetFunctionCallConv(ValueRef) -> c_uint;
    fn SetFunctionCallConv(ValueRef, c_uint);
    fn HasPersonalityFn(ValueRef) -> Bool;
    fn SetPersonalityFn(ValueRef, ValueRef);
    fn GetIntrinsicID(ValueRef) -> c_uint;
    fn LookupIntrinsicID(*const c_char, usize) -> c_uint;
    fn GetIntrinsicDeclaration(ModuleRef, c_uint, *mut TypeRef, usize) -> ValueRef;
    fn GetSubprogram(ValueRef) -> MetadataRef;

    // Attributes
    fn GetEnumAttributeKindForName(*const c_char, usize) -> c_uint;
    fn CreateEnumAttribute(ContextRef, c_uint, u64) -> AttributeRef;
    fn CreateTypeAttribute(ContextRef, c_uint, TypeRef) -> AttributeRef;
    fn CreateStringAttribute(ContextRef, *const c_char, c_uint, *const c_char, c_uint) -> AttributeRef;
    fn AddAttributeAtIndex(ValueRef, c_uint, AttributeRef);
    fn AddCallSiteAttribute(ValueRef, c_uint, AttributeRef);
    fn GetEnumAttributeAtIndex(ValueRef, c_uint, c_uint) -> AttributeRef;
    fn GetEnumAttributeValue(AttributeRef) -> u64;
    fn GetStringAttributeAtIndex(ValueRef, c_uint, *const c_char, c_uint) -> AttributeRef;
    fn GetStringAttributeValue(AttributeRef, *mut c_uint) -> *const c_char;
    fn RemoveEnumAttributeAtIndex(ValueRef, c_uint, c_uint);
    fn RemoveStringAttributeAtIndex(ValueRef, c_uint, *const c_char, c_uint);
    fn GetCallSiteEnumAttribute(ValueRef, c_uint, c_uint) -> AttributeRef;
    fn RemoveCallSiteEnumAttribute(ValueRef, c_uint, c_uint);

    // Basic blocks
    fn GetFirstBasicBlock(ValueRef) -> BasicBlockRef;
    fn GetNextBasicBlock(BasicBlockRef) -> BasicBlockRef;
    fn AppendBasicBlockInContext(ContextRef, ValueRef, *const c_char) -> BasicBlockRef;
    fn InsertBasicBlockInContext(ContextRef, BasicBlockRef, *const c_char) -> BasicBlockRef;
    fn DeleteBasicBlock(BasicBlockRef);
    fn BasicBlockAsValue(BasicBlockRef) -> ValueRef;
    fn GetBasicBlockParent(BasicBlockRef) -> ValueRef;
    fn GetBasicBlockTerminator(BasicBlockRef) -> ValueRef;

    // Instructions
    fn GetFirstInstruction(BasicBlockRef) -> ValueRef;
    fn GetNextInstruction(ValueRef) -> ValueRef;
    fn GetInstructionParent(ValueRef) -> BasicBlockRef;
    fn GetInstructionOpcode(ValueRef) -> c_int;
    fn InstructionRemoveFromParent(ValueRef);
    fn InstructionEraseFromParent(ValueRef);
    fn DeleteInstruction(ValueRef);
    fn GetNumSuccessors(ValueRef) -> c_uint;
    fn GetSuccessor(ValueRef, c_uint) -> BasicBlockRef;
    fn GetCalledValue(ValueRef) -> ValueRef;
    fn GetCalledFunctionType(ValueRef) -> TypeRef;
    fn GetNumArgOperands(ValueRef) -> c_uint;
    fn GetInstructionCallConv(ValueRef) -> c_uint;
    fn SetInstructionCallConv(ValueRef, c_uint);
    fn GetNormalDest(ValueRef) -> BasicBlockRef;
    fn GetUnwindDest(ValueRef) -> BasicBlockRef;
    fn GetGEPSourceElementType(ValueRef) -> TypeRef;
    fn GetAllocatedType(ValueRef) -> TypeRef;
    fn GetInlineAsm(TypeRef, *const c_char, usize, *const c_char, usize, Bool, Bool, c_int, Bool) -> ValueRef;
    fn GetInlineAsmAsmString(ValueRef, *mut usize) -> *const c_char;
    fn GetInlineAsmConstraintString(ValueRef, *mut usize) -> *const c_char;
    fn GetVolatile(ValueRef) -> Bool;
    fn SetVolatile(ValueRef, Bool);
    fn IsAtomicSingleThread(ValueRef) -> Bool;
    fn IsAtomic(ValueRef) -> Bool;
    fn CountIncoming(ValueRef) -> c_uint;
    fn GetIncomingBlock(ValueRef, c_uint) -> BasicBlockRef;
    fn AddIncoming(ValueRef, *mut ValueRef, *mut BasicBlockRef, c_uint);

    // Metadata and debug info
    fn GetMDKindIDInContext(ContextRef, *const c_char, c_uint) -> c_uint;
    fn SetMetadata(ValueRef, c_uint, ValueRef);
    fn GetMetadata(ValueRef, c_uint) -> ValueRef;
    fn MDNodeInContext2(ContextRef, *mut MetadataRef, usize) -> MetadataRef;
    fn ValueAsMetadata(ValueRef) -> MetadataRef;
    fn MetadataAsValue(ContextRef, MetadataRef) -> ValueRef;
    fn GetMDString(ValueRef, *mut c_uint) -> *const c_char;
    fn GetMDNodeNumOperands(ValueRef) -> c_uint;
    fn GetMDNodeOperands(ValueRef, *mut ValueRef);
    fn GetMetadataKind(MetadataRef) -> c_int;
    fn InstructionGetDebugLoc(ValueRef) -> MetadataRef;
    fn InstructionSetDebugLoc(ValueRef, MetadataRef);
    fn DILocationGetLine(MetadataRef) -> c_uint;
    fn DILocationGetColumn(MetadataRef) -> c_uint;
    fn DILocationGetScope(MetadataRef) -> MetadataRef;
    fn DILocationGetInlinedAt(MetadataRef) -> MetadataRef;
    fn DIScopeGetFile(MetadataRef) -> MetadataRef;
    fn DIFileGetFilename(MetadataRef, *mut c_uint) -> *const c_char;
    fn DIFileGetDirectory(MetadataRef, *mut c_uint) -> *const c_char;
    fn DISubprogramGetLine(MetadataRef) -> c_uint;

    // Building
    fn CreateBuilderInContext(ContextRef) -> BuilderRef;
    fn DisposeBuilder(BuilderRef);
    fn PositionBuilderBefore(BuilderRef, ValueRef);
    fn PositionBuilderAtEnd(BuilderRef, BasicBlockRef);
    fn InsertIntoBuilder(BuilderRef, ValueRef);
    fn SetCurrentDebugLocation2(BuilderRef, MetadataRef);
    fn BuildRetVoid(BuilderRef) -> ValueRef;
    fn BuildRet(BuilderRef, ValueRef) -> ValueRef;
    fn BuildUnreachable(BuilderRef) -> ValueRef;
    fn BuildBr(BuilderRef, BasicBlockRef) -> ValueRef;
    fn BuildCondBr(BuilderRef, ValueRef, BasicBlockRef, BasicBlockRef) -> ValueRef;
    fn BuildCall2(BuilderRef, TypeRef, ValueRef, *mut ValueRef, c_uint, *const c_char) -> ValueRef;
    fn BuildAlloca(BuilderRef, TypeRef, *const c_char) -> ValueRef;
    fn BuildArrayAlloca(BuilderRef, TypeRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildLoad2(BuilderRef, TypeRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildStore(BuilderRef, ValueRef, ValueRef) -> ValueRef;
    fn BuildInBoundsGEP2(BuilderRef, TypeRef, ValueRef, *mut ValueRef, c_uint, *const c_char) -> ValueRef;
    fn BuildCast(BuilderRef, c_int, ValueRef, TypeRef, *const c_char) -> ValueRef;
    fn BuildBinOp(BuilderRef, c_int, ValueRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildICmp(BuilderRef, c_int, ValueRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildPhi(BuilderRef, TypeRef, *const c_char) -> ValueRef;
    fn InstructionClone(ValueRef) -> ValueRef;
    fn GetICmpPredicate(ValueRef) -> c_int;
    fn BuildFreeze(BuilderRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildSelect(BuilderRef, ValueRef, ValueRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildExtractElement(BuilderRef, ValueRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildInsertElement(BuilderRef, ValueRef, ValueRef, ValueRef, *const c_char) -> ValueRef;
    fn BuildExtractValue(BuilderRef, ValueRef, c_uint, *const c_char) -> ValueRef;
    fn BuildInsertValue(BuilderRef, ValueRef, ValueRef, c_uint, *const c_char) -> ValueRef;
    fn BuildFenceSyncScope(BuilderRef, c_int, c_uint, *const c_char) -> ValueRef;
    fn BuildAtomicRMWSyncScope(BuilderRef, c_int, ValueRef, ValueRef, c_int, c_uint) -> ValueRef;
    fn GetAtomicRMWBinOp(ValueRef) -> c_int;
    fn GetOrdering(ValueRef) -> c_int;
    fn GetCmpXchgSuccessOrdering(ValueRef) -> c_int;
    fn GetCmpXchgFailureOrdering(ValueRef) -> c_int;
    fn GetAtomicSyncScopeID(ValueRef) -> c_uint;
    fn SetAtomicSyncScopeID(ValueRef, c_uint);
    fn GetSyncScopeID(ContextRef, *const c_char, usize) -> c_uint;

    // Targets
    fn GetTargetFromTriple(*const c_char, *mut TargetRef, *mut *mut c_char) -> Bool;
    fn CreateTargetMachine(TargetRef, *const c_char, *const c_char, *const c_char, c_int, c_int, c_int)
        -> TargetMachineRef;
    fn DisposeTargetMachine(TargetMachineRef);
    fn CreateTargetDataLayout(TargetMachineRef) -> TargetDataRef;
    fn DisposeTargetData(TargetDataRef);
    fn ABISizeOfType(TargetDataRef, TypeRef) -> c_ulonglong;
    fn StoreSizeOfType(TargetDataRef, TypeRef) -> c_ulonglong;
    fn TargetMachineEmitToMemoryBuffer(TargetMachineRef, ModuleRef, c_int, *mut *mut c_char, *mut MemoryBufferRef)
        -> Bool;
    fn GetDefaultTargetTriple() -> *mut c_char;

    // Disassembly
    fn CreateDisasmCPUFeatures(*const c_char, *const c_char, *const c_char, *mut c_void, c_int, *const c_void,
        *const c_void) -> DisasmContextRef;
    fn DisasmInstruction(DisasmContextRef, *const u8, u64, u64, *mut c_char, usize) -> usize;
    fn DisasmDispose(DisasmContextRef);

    // Passes
    fn CreatePassBuilderOptions() -> PassBuilderOptionsRef;
    fn PassBuilderOptionsSetLoopInterleaving(PassBuilderOptionsRef, Bool);
    fn PassBuilderOptionsSetLoopUnrolling(PassBuilderOptionsRef, Bool);
    fn PassBuilderOptionsSetLoopVectorization(PassBuilderOptionsRef, Bool);
    fn PassBuilderOptionsSetSLPVectorization(PassBuilderOptionsRef, Bool);
    fn DisposePassBuilderOptions(PassBuilderOptionsRef);
    fn RunPasses(ModuleRef, *const c_char, TargetMachineRef, PassBuilderOptionsRef) -> ErrorRef;
}
