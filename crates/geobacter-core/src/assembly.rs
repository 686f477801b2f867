//! Assembly of a certain GPU inside kernels, for experts: [`ptx!`](crate::ptx) and [`gcn!`](crate::gcn).
//!
//! Host and device share one compile, and rustc would take inline assembly for the host's. So the macros describe the
//! assembly in a constant text, and give that, with the operands in memory, to a function of the device ABI; lowering puts
//! the assembly in its place.

use core::fmt::Display;

/// A type that an operand of device assembly may have: what fills one or two 32-bit registers.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an operand of device assembly",
    note = "operands are `u32`, `i32`, `f32`, `u64`, `i64` or `f64`"
)]
pub trait Operand: Copy + sealed::Sealed {
    #[doc(hidden)]
    fn into_word(self) -> u64;
    #[doc(hidden)]
    fn from_word(word: u64) -> Self;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! operands {
    ($($t:ty: |$x:ident| $into:expr, |$word:ident| $from:expr;)*) => {$(
        impl sealed::Sealed for $t {}
        impl Operand for $t {
            #[inline(always)]
            fn into_word(self) -> u64 {
                let $x = self;
                $into
            }

            #[inline(always)]
            fn from_word($word: u64) -> Self {
                $from
            }
        }
    )*};
}
operands! {
    u32: |x| x as u64, |word| word as u32;
    i32: |x| x as u32 as u64, |word| word as i32;
    u64: |x| x, |word| word;
    i64: |x| x as u64, |word| word as i64;
    f32: |x| x.to_bits() as u64, |word| f32::from_bits(word as u32);
    f64: |x| x.to_bits(), |word| f64::from_bits(word);
}

/// What the macros do on the host.
#[doc(hidden)]
#[cold]
#[track_caller]
pub fn on_host(which: impl Display) -> ! {
    panic!("`{which}!` is assembly of a GPU, and this is host code: choose by `platform()`")
}

/// PTX, the assembly of NVIDIA's GPUs, inside a kernel.
///
/// Written as Rust's own `asm!`: one or more lines of text in which `{name}` stands for an operand (and `{{`, `}}` for
/// braces), then the operands, which have a type instead of a register class.
///
/// | operand | |
/// |---|---|
/// | `name = in(u32) expression` | read |
/// | `name = out(f32) place`, `name = out(u32) _` | written; no register of an input |
/// | `name = lateout(u32) place` | written after all inputs have been read, so that one register may do for both |
/// | `name = inout(u64) place`, `name = inout(u64) expression => place` | read, then written |
/// | `options(pure, nomem, convergent)` | see below |
///
/// Types are `u32`, `i32`, `f32`, `u64`, `i64`, `f64`. Unless options say otherwise, the text is kept whether or not its
/// outputs are used, stays in order with other such text, and may read and write any memory. `pure` (together with `nomem`):
/// the same inputs give the same outputs, and nothing else happens. `nomem`: touches no memory. `convergent`: work-items of
/// the group work together in it, so that it must not be moved under a condition; a copy that the host's optimiser made is
/// refused, as for a barrier. Other text the optimiser may copy, so that a label in it must be local: inside `{{ }}` here,
/// a number (`1:`, `1b`) in [`gcn!`](crate::gcn).
///
/// On any other device a kernel that reaches it does not compile, so choose by [`platform()`](crate::platform); on the host
/// it panics. Text that the driver's assembler refuses is an error of the first launch that names this place.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::ptx;
///
/// fn lanes(item: WorkItem, mut out: PerItem<u32>) {
///     if let Some(out) = out.get_mut(&item) {
///         *out = if platform() == Platform::Nvptx {
///             let lane;
///             // SAFETY: reads a register.
///             unsafe { ptx!("mov.u32 {lane}, %laneid;", lane = out(u32) lane, options(pure, nomem)) };
///             lane
///         } else {
///             0
///         };
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer_filled(3, 9u32)?;
/// device.launch(Grid::covering(3), lanes, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [0; 3]);
/// # Ok(())
/// # }
/// ```
///
/// # Safety
/// The text does just what operands and options say, and nothing that Rust code could not do.
#[macro_export]
macro_rules! ptx {
    ($($assembly:tt)+) => { $crate::__device_assembly!(@lines "ptx" [] $($assembly)+) };
}

/// The assembly of AMD's GPUs inside a kernel.
///
/// As [`ptx!`](crate::ptx), but that an operand says which registers it wants: `in(v: f32) x` a vector register, of which
/// each work-item has its own, `out(s: u64) time` a scalar one, which the wavefront shares (what differs between work-items
/// and is given to a scalar operand is silently that of the first). And `clobber("v[4:7]", "m0")` names registers that
/// the text overwrites besides its outputs; `vcc` and `scc` count as such unless there is `options(preserves_flags)`. The
/// execution mask must be as before in the end.
///
/// Processors differ in their instructions: see [`device::arch`](crate::device::arch). Text that LLVM's assembler refuses is
/// an error of the first launch that names this place.
///
/// ```
/// use geobacter::prelude::*;
/// use geobacter::gcn;
///
/// fn lanes(item: WorkItem, mut out: PerItem<u32>) {
///     if let Some(out) = out.get_mut(&item) {
///         *out = if platform() == Platform::Amdgpu {
///             let below;
///             // SAFETY: counts bits.
///             unsafe {
///                 gcn!(
///                     "v_mbcnt_lo_u32_b32 {n}, {mask}, 0",
///                     n = out(v: u32) below,
///                     mask = in(s: u32) u32::MAX,
///                     options(pure, nomem, preserves_flags),
///                 );
///             }
///             below
///         } else {
///             0
///         };
///     }
/// }
///
/// # fn main() -> geobacter::Result<()> {
/// let device = Device::open("cpu")?;
/// let mut out = device.buffer_filled(3, 9u32)?;
/// device.launch(Grid::covering(3), lanes, (&mut out,))?;
/// assert_eq!(out.to_vec()?, [0; 3]);
/// # Ok(())
/// # }
/// ```
///
/// # Safety
/// The text does just what operands, clobbers and options say, and nothing that Rust code could not do.
#[macro_export]
macro_rules! gcn {
    ($($assembly:tt)+) => { $crate::__device_assembly!(@lines "gcn" [] $($assembly)+) };
}

/// What [`ptx!`](crate::ptx) and [`gcn!`](crate::gcn) are: reads operands one by one, and collects the lines of the
/// description, what the operands' words hold before, the places of outputs, and as many ones as there are words.
///
/// The call of the device ABI is hidden in assembly, as convergent calls are, and carries its place as a comment: so the
/// host's optimiser neither copies it carelessly nor merges two into one, of which nobody could tell the description.
#[doc(hidden)]
#[macro_export]
macro_rules! __device_assembly {
    (@lines $d:tt [$($text:tt)*] $line:literal $(, $($rest:tt)*)?) => {
        $crate::__device_assembly!(@lines $d [$($text)* $line, "\n",] $($($rest)*)?)
    };
    (@lines $d:tt $text:tt $($rest:tt)*) => {
        $crate::__device_assembly!(@operands $d $text [] [] [] [] $($rest)*)
    };

    (@operands $d:tt $text:tt [$($about:tt)*] [$($before:tt)*] $after:tt [$($n:tt)*]
        $name:ident = in($($class:tt)+) $value:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* "in ", stringify!($name), " ", stringify!($($class)+), "\n",]
            [$($before)* $crate::assembly::Operand::into_word({
                let value: $crate::__device_assembly!(@type $($class)+) = $value;
                value
            }),]
            $after [$($n)* + 1] $($($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] [$($before:tt)*] $after:tt [$($n:tt)*]
        $name:ident = out($($class:tt)+) _ $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* "out ", stringify!($name), " ", stringify!($($class)+), "\n",]
            [$($before)* 0,] $after [$($n)* + 1] $($($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] [$($before:tt)*] [$($after:tt)*] [$($n:tt)*]
        $name:ident = out($($class:tt)+) $place:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* "out ", stringify!($name), " ", stringify!($($class)+), "\n",]
            [$($before)* 0,] [$($after)* ([$($n)*] [$($class)+] $place)] [$($n)* + 1] $($($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] [$($before:tt)*] [$($after:tt)*] [$($n:tt)*]
        $name:ident = lateout($($class:tt)+) $place:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* "lateout ", stringify!($name), " ", stringify!($($class)+), "\n",]
            [$($before)* 0,] [$($after)* ([$($n)*] [$($class)+] $place)] [$($n)* + 1] $($($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] [$($before:tt)*] [$($after:tt)*] [$($n:tt)*]
        $name:ident = inout($($class:tt)+) $value:expr => $place:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* "inout ", stringify!($name), " ", stringify!($($class)+), "\n",]
            [$($before)* $crate::assembly::Operand::into_word({
                let value: $crate::__device_assembly!(@type $($class)+) = $value;
                value
            }),]
            [$($after)* ([$($n)*] [$($class)+] $place)] [$($n)* + 1] $($($rest)*)?)
    };
    (@operands $d:tt $text:tt $about:tt $before:tt $after:tt $n:tt
        $name:ident = inout($($class:tt)+) $place:expr $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text $about $before $after $n
            $name = inout($($class)+) $place => $place $(, $($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] $before:tt $after:tt $n:tt
        clobber($($register:literal),+ $(,)?) $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* $("clobber ", $register, "\n",)+] $before $after $n $($($rest)*)?)
    };
    (@operands $d:tt $text:tt [$($about:tt)*] $before:tt $after:tt $n:tt
        options($($option:ident),+ $(,)?) $(, $($rest:tt)*)?
    ) => {
        $crate::__device_assembly!(@operands $d $text
            [$($about)* $("option ", $crate::__device_assembly!(@option $option), "\n",)+]
            $before $after $n $($($rest)*)?)
    };
    (@operands $d:tt [$($text:tt)*] [$($about:tt)*] [$($before:tt)*]
        [$(([$($index:tt)*] [$($class:tt)+] $place:expr))*] [$($n:tt)*]
    ) => {{
        if $crate::platform() == $crate::Platform::Host {
            $crate::assembly::on_host($d);
        }
        let mut words: [u64; 0 $($n)*] = [$($before)*];
        $crate::__device_assembly!(@call
            const {
                ::core::concat!(
                    $d, "\n", ::core::file!(), ":", ::core::line!(), ":", ::core::column!(), "\n",
                    $($about)* "text\n", $($text)*
                ).as_ptr()
            },
            &raw mut words as *mut u64);
        $($place = <$crate::__device_assembly!(@type $($class)+) as $crate::assembly::Operand>::from_word(
            words[0 $($index)*]);)*
    }};

    (@call $description:expr, $words:expr) => {{
        let site: $crate::abi::Site = ::core::panic::Location::caller();
        #[cfg(target_arch = "x86_64")]
        ::core::arch::asm!(
            ::core::concat!("call {f} # ", ::core::line!(), ":", ::core::column!()),
            f = sym $crate::abi::__geobacter_assembly,
            in("rdi") site, in("rsi") $description, in("rdx") $words, clobber_abi("C")
        );
        #[cfg(target_arch = "aarch64")]
        ::core::arch::asm!(
            ::core::concat!("bl {f} // ", ::core::line!(), ":", ::core::column!()),
            f = sym $crate::abi::__geobacter_assembly,
            in("x0") site, in("x1") $description, in("x2") $words, clobber_abi("C")
        );
    }};

    (@option pure) => { "pure" };
    (@option nomem) => { "nomem" };
    (@option convergent) => { "convergent" };
    (@option preserves_flags) => { "preserves_flags" };

    (@type $t:ident) => { $t };
    (@type $class:ident: $t:ident) => { $t };
}
