//! Scalar instructions (MI200 ISA, 12.2 to 12.4): tables of functions of their sources; a source after a `;` is the
//! destination's old value.

use crate::machine::Wave;
use crate::op::{Kind, Op, Operand, scalar};

/// A scalar source.
trait Source: Copy {
    const KIND: Kind;
    fn of(wave: &Wave, operand: Operand) -> Self;
}

macro_rules! sources {
    ($($ty:ty = $kind:ident $read:ident;)*) => {$(
        impl Source for $ty {
            const KIND: Kind = Kind::$kind;
            fn of(wave: &Wave, operand: Operand) -> Self {
                wave.$read(operand) as $ty
            }
        }
    )*};
}
sources! {
    u32 = S32 read32;
    i32 = S32 read32;
    u64 = S64 read64;
    i64 = S64 read64;
}

/// What a scalar instruction writes: a destination, SCC, or both.
trait Outcome {
    const KINDS: &'static [Kind];
    fn write(self, wave: &mut Wave, op: &Op);
}

macro_rules! outcomes {
    ($($ty:ty = $kind:ident $write:ident $as:ty;)*) => {$(
        impl Outcome for $ty {
            const KINDS: &'static [Kind] = &[Kind::$kind];
            fn write(self, wave: &mut Wave, op: &Op) {
                wave.$write(op.dst[0], self as $as);
            }
        }
        impl Outcome for ($ty, bool) {
            const KINDS: &'static [Kind] = &[Kind::$kind];
            fn write(self, wave: &mut Wave, op: &Op) {
                wave.$write(op.dst[0], self.0 as $as);
                wave.scc = self.1;
            }
        }
    )*};
}
outcomes! {
    u32 = S32 write32 u32;
    i32 = S32 write32 u32;
    u64 = S64 write64 u64;
    i64 = S64 write64 u64;
}

impl Outcome for bool {
    const KINDS: &'static [Kind] = &[];
    fn write(self, wave: &mut Wave, _: &Op) {
        wave.scc = self;
    }
}

/// The result, and in SCC whether it is not zero.
struct Nonzero<T>(T);

impl Outcome for Nonzero<u32> {
    const KINDS: &'static [Kind] = &[Kind::S32];
    fn write(self, wave: &mut Wave, op: &Op) {
        (self.0, self.0 != 0).write(wave, op);
    }
}

impl Outcome for Nonzero<u64> {
    const KINDS: &'static [Kind] = &[Kind::S64];
    fn write(self, wave: &mut Wave, op: &Op) {
        (self.0, self.0 != 0).write(wave, op);
    }
}

/// The old EXEC goes to the destination, the new one is this, and SCC says whether any lane is left.
struct SaveExec(u64);

impl Outcome for SaveExec {
    const KINDS: &'static [Kind] = &[Kind::S64];
    fn write(self, wave: &mut Wave, op: &Op) {
        let old = wave.exec();
        wave.write64(op.dst[0], old);
        wave.set_scalar64(scalar::EXEC, self.0);
        wave.scc = self.0 != 0;
    }
}

/// The same for 32 lanes.
struct SaveExec32(u32);

impl Outcome for SaveExec32 {
    const KINDS: &'static [Kind] = &[Kind::S32];
    fn write(self, wave: &mut Wave, op: &Op) {
        let old = wave.exec() as u32;
        wave.write32(op.dst[0], old);
        wave.scalars[usize::from(scalar::EXEC)] = self.0;
        wave.scc = self.0 != 0;
    }
}

/// The new EXEC, which goes to the destination too.
struct WriteExec(u64);

impl Outcome for WriteExec {
    const KINDS: &'static [Kind] = &[Kind::S64];
    fn write(self, wave: &mut Wave, op: &Op) {
        wave.write64(op.dst[0], self.0);
        wave.set_scalar64(scalar::EXEC, self.0);
        wave.scc = self.0 != 0;
    }
}

/// Position of the first bit from the top that differs from the sign; -1 where none does.
fn flbit_i64(value: i64, bits: u32) -> i32 {
    let flipped = if value < 0 { !value } else { value } as u64;
    if flipped == 0 { -1 } else { (flipped.leading_zeros() - (64 - bits)) as i32 }
}

fn first_one(value: u64) -> i32 {
    if value == 0 { -1 } else { value.trailing_zeros() as i32 }
}

/// Width and offset of a field as the bit-field instructions have them.
fn field(control: u32, offset_bits: u32) -> (u32, u32) {
    (control & ((1 << offset_bits) - 1), control >> 16 & 0x7f)
}

fn bfe_u64(value: u64, control: u32) -> u64 {
    let (offset, width) = field(control, 6);
    let mask = if width >= 64 { u64::MAX } else { (1 << width) - 1 };
    value >> offset & mask
}

fn bfe_i64(value: i64, control: u32) -> i64 {
    let (offset, width) = field(control, 6);
    match width {
        0 => 0,
        1..=63 => (value >> offset) << (64 - width) >> (64 - width),
        _ => value >> offset,
    }
}

fn bfe_u32(value: u32, control: u32) -> u32 {
    let (offset, width) = field(control, 5);
    let mask = if width >= 32 { u32::MAX } else { (1 << width) - 1 };
    value >> offset & mask
}

fn bfe_i32(value: i32, control: u32) -> i32 {
    let (offset, width) = field(control, 5);
    match width {
        0 => 0,
        1..=31 => (value >> offset) << (32 - width) >> (32 - width),
        _ => value >> offset,
    }
}

fn add_carry(a: u32, b: u32, carry: bool) -> (u32, bool) {
    let sum = u64::from(a) + u64::from(b) + u64::from(carry);
    (sum as u32, sum >> 32 != 0)
}

fn shift_add(a: u32, b: u32, shift: u32) -> (u32, bool) {
    let sum = (u64::from(a) << shift) + u64::from(b);
    (sum as u32, sum >> 32 != 0)
}

/// Each bit of each group of four set where any of the group is.
fn whole_quads(value: u64) -> u64 {
    (0..64).step_by(4).filter(|i| value >> i & 0xf != 0).fold(0, |out, i| out | 0xf << i)
}

/// A bit for each group of four.
fn quad_mask(value: u64) -> u64 {
    (0..16).filter(|i| value >> (4 * i) & 0xf != 0).fold(0, |out, i| out | 1 << i)
}

/// Each bit twice.
fn replicate(value: u32) -> u64 {
    (0..32).fold(0, |out, i| out | (u64::from(value >> i & 1) * 3) << (2 * i))
}

/// EXEC of 32 lanes.
fn exec(wave: &Wave) -> u32 {
    wave.exec() as u32
}

macro_rules! scalar_table {
    ($($name:ident $([$wave:ident])? ($($arg:ident : $ty:ty),* $(; $old:ident : $old_ty:ty)?) -> $ret:ty = $body:expr;)*) => {
        pub(crate) fn find(name: &str) -> Option<crate::decode::Semantics> {
            use crate::machine::Cx;
            use crate::op::{Class, Flow, Stop};
            Some(match name {
                $(stringify!($name) => {
                    fn run(_wave: &mut Wave, _: &mut Cx<'_>, op: &Op) -> Result<Flow, Stop> {
                        let mut _i = 0;
                        $(
                            let $arg = <$ty as Source>::of(_wave, op.src[_i]);
                            _i += 1;
                        )*
                        $(let $old = <$old_ty as Source>::of(_wave, op.dst[0]);)?
                        let result: $ret = {
                            $(let $wave = &*_wave;)?
                            $body
                        };
                        result.write(_wave, op);
                        Ok(Flow::Next)
                    }
                    crate::decode::Semantics::new(
                        Class::Scalar,
                        run,
                        <$ret as Outcome>::KINDS,
                        &[$(<$ty as Source>::KIND,)*],
                    )
                })*
                _ => return None,
            })
        }
    };
}

scalar_table! {
    s_mov_b32(a: u32) -> u32 = a;
    s_mov_b64(a: u64) -> u64 = a;
    s_cmov_b32[wave](a: u32; old: u32) -> u32 = if wave.scc { a } else { old };
    s_cmov_b64[wave](a: u64; old: u64) -> u64 = if wave.scc { a } else { old };
    s_not_b32(a: u32) -> Nonzero<u32> = Nonzero(!a);
    s_not_b64(a: u64) -> Nonzero<u64> = Nonzero(!a);
    s_wqm_b32(a: u32) -> Nonzero<u32> = Nonzero(whole_quads(a.into()) as u32);
    s_wqm_b64(a: u64) -> Nonzero<u64> = Nonzero(whole_quads(a));
    s_quadmask_b32(a: u32) -> Nonzero<u32> = Nonzero(quad_mask(a.into()) as u32);
    s_quadmask_b64(a: u64) -> Nonzero<u64> = Nonzero(quad_mask(a));
    s_brev_b32(a: u32) -> u32 = a.reverse_bits();
    s_brev_b64(a: u64) -> u64 = a.reverse_bits();
    s_bcnt0_i32_b32(a: u32) -> Nonzero<u32> = Nonzero(a.count_zeros());
    s_bcnt0_i32_b64(a: u64) -> Nonzero<u32> = Nonzero(a.count_zeros());
    s_bcnt1_i32_b32(a: u32) -> Nonzero<u32> = Nonzero(a.count_ones());
    s_bcnt1_i32_b64(a: u64) -> Nonzero<u32> = Nonzero(a.count_ones());
    s_ff0_i32_b32(a: u32) -> i32 = first_one((!a).into());
    s_ff0_i32_b64(a: u64) -> i32 = first_one(!a);
    s_ff1_i32_b32(a: u32) -> i32 = first_one(a.into());
    s_ff1_i32_b64(a: u64) -> i32 = first_one(a);
    s_flbit_i32_b32(a: u32) -> i32 = if a == 0 { -1 } else { a.leading_zeros() as i32 };
    s_flbit_i32_b64(a: u64) -> i32 = if a == 0 { -1 } else { a.leading_zeros() as i32 };
    s_flbit_i32(a: i32) -> i32 = flbit_i64(a.into(), 32);
    s_flbit_i32_i64(a: i64) -> i32 = flbit_i64(a, 64);
    s_sext_i32_i8(a: u32) -> i32 = (a as i8).into();
    s_sext_i32_i16(a: u32) -> i32 = (a as i16).into();
    s_bitset0_b32(a: u32; old: u32) -> u32 = old & !(1 << (a & 31));
    s_bitset1_b32(a: u32; old: u32) -> u32 = old | 1 << (a & 31);
    s_bitset0_b64(a: u32; old: u64) -> u64 = old & !(1 << (a & 63));
    s_bitset1_b64(a: u32; old: u64) -> u64 = old | 1 << (a & 63);
    s_abs_i32(a: i32) -> Nonzero<u32> = Nonzero(a.unsigned_abs());
    s_bitreplicate_b64_b32(a: u32) -> u64 = replicate(a);
    s_and_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(a & wave.exec());
    s_or_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(a | wave.exec());
    s_xor_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(a ^ wave.exec());
    s_andn2_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(a & !wave.exec());
    s_orn2_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(a | !wave.exec());
    s_nand_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(!(a & wave.exec()));
    s_nor_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(!(a | wave.exec()));
    s_xnor_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(!(a ^ wave.exec()));
    s_andn1_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(!a & wave.exec());
    s_orn1_saveexec_b64[wave](a: u64) -> SaveExec = SaveExec(!a | wave.exec());
    s_and_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(a & exec(wave));
    s_or_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(a | exec(wave));
    s_xor_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(a ^ exec(wave));
    s_andn2_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(a & !exec(wave));
    s_orn2_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(a | !exec(wave));
    s_nand_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(!(a & exec(wave)));
    s_nor_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(!(a | exec(wave)));
    s_xnor_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(!(a ^ exec(wave)));
    s_andn1_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(!a & exec(wave));
    s_orn1_saveexec_b32[wave](a: u32) -> SaveExec32 = SaveExec32(!a | exec(wave));
    s_andn1_wrexec_b64[wave](a: u64) -> WriteExec = WriteExec(!a & wave.exec());
    s_andn2_wrexec_b64[wave](a: u64) -> WriteExec = WriteExec(a & !wave.exec());

    s_add_u32(a: u32, b: u32) -> (u32, bool) = add_carry(a, b, false);
    s_sub_u32(a: u32, b: u32) -> (u32, bool) = a.overflowing_sub(b);
    s_add_i32(a: i32, b: i32) -> (i32, bool) = a.overflowing_add(b);
    s_sub_i32(a: i32, b: i32) -> (i32, bool) = a.overflowing_sub(b);
    s_addc_u32[wave](a: u32, b: u32) -> (u32, bool) = add_carry(a, b, wave.scc);
    s_subb_u32[wave](a: u32, b: u32) -> (u32, bool) = (
        a.wrapping_sub(b).wrapping_sub(wave.scc.into()),
        u64::from(a) < u64::from(b) + u64::from(wave.scc),
    );
    s_min_i32(a: i32, b: i32) -> (i32, bool) = (a.min(b), a < b);
    s_min_u32(a: u32, b: u32) -> (u32, bool) = (a.min(b), a < b);
    s_max_i32(a: i32, b: i32) -> (i32, bool) = (a.max(b), a >= b);
    s_max_u32(a: u32, b: u32) -> (u32, bool) = (a.max(b), a >= b);
    s_cselect_b32[wave](a: u32, b: u32) -> u32 = if wave.scc { a } else { b };
    s_cselect_b64[wave](a: u64, b: u64) -> u64 = if wave.scc { a } else { b };
    s_and_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a & b);
    s_and_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(a & b);
    s_or_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a | b);
    s_or_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(a | b);
    s_xor_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a ^ b);
    s_xor_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(a ^ b);
    s_andn2_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a & !b);
    s_andn2_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(a & !b);
    s_orn2_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a | !b);
    s_orn2_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(a | !b);
    s_nand_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(!(a & b));
    s_nand_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(!(a & b));
    s_nor_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(!(a | b));
    s_nor_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(!(a | b));
    s_xnor_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(!(a ^ b));
    s_xnor_b64(a: u64, b: u64) -> Nonzero<u64> = Nonzero(!(a ^ b));
    s_lshl_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a << (b & 31));
    s_lshl_b64(a: u64, b: u32) -> Nonzero<u64> = Nonzero(a << (b & 63));
    s_lshr_b32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(a >> (b & 31));
    s_lshr_b64(a: u64, b: u32) -> Nonzero<u64> = Nonzero(a >> (b & 63));
    s_ashr_i32(a: i32, b: u32) -> Nonzero<u32> = Nonzero((a >> (b & 31)) as u32);
    s_ashr_i64(a: i64, b: u32) -> Nonzero<u64> = Nonzero((a >> (b & 63)) as u64);
    s_bfm_b32(a: u32, b: u32) -> u32 = ((1_u32 << (a & 31)) - 1) << (b & 31);
    s_bfm_b64(a: u32, b: u32) -> u64 = ((1_u64 << (a & 63)) - 1) << (b & 63);
    s_mul_i32(a: u32, b: u32) -> u32 = a.wrapping_mul(b);
    s_mul_hi_u32(a: u32, b: u32) -> u32 = ((u64::from(a) * u64::from(b)) >> 32) as u32;
    s_mul_hi_i32(a: i32, b: i32) -> i32 = ((i64::from(a) * i64::from(b)) >> 32) as i32;
    s_bfe_u32(a: u32, b: u32) -> Nonzero<u32> = Nonzero(bfe_u32(a, b));
    s_bfe_i32(a: i32, b: u32) -> Nonzero<u32> = Nonzero(bfe_i32(a, b) as u32);
    s_bfe_u64(a: u64, b: u32) -> Nonzero<u64> = Nonzero(bfe_u64(a, b));
    s_bfe_i64(a: i64, b: u32) -> Nonzero<u64> = Nonzero(bfe_i64(a, b) as u64);
    s_absdiff_i32(a: i32, b: i32) -> Nonzero<u32> = Nonzero(a.wrapping_sub(b).unsigned_abs());
    s_lshl1_add_u32(a: u32, b: u32) -> (u32, bool) = shift_add(a, b, 1);
    s_lshl2_add_u32(a: u32, b: u32) -> (u32, bool) = shift_add(a, b, 2);
    s_lshl3_add_u32(a: u32, b: u32) -> (u32, bool) = shift_add(a, b, 3);
    s_lshl4_add_u32(a: u32, b: u32) -> (u32, bool) = shift_add(a, b, 4);
    s_pack_ll_b32_b16(a: u32, b: u32) -> u32 = a & 0xffff | b << 16;
    s_pack_lh_b32_b16(a: u32, b: u32) -> u32 = a & 0xffff | b & 0xffff_0000;
    s_pack_hl_b32_b16(a: u32, b: u32) -> u32 = a >> 16 | b << 16;
    s_pack_hh_b32_b16(a: u32, b: u32) -> u32 = a >> 16 | b & 0xffff_0000;

    s_cmp_eq_i32(a: i32, b: i32) -> bool = a == b;
    s_cmp_lg_i32(a: i32, b: i32) -> bool = a != b;
    s_cmp_gt_i32(a: i32, b: i32) -> bool = a > b;
    s_cmp_ge_i32(a: i32, b: i32) -> bool = a >= b;
    s_cmp_lt_i32(a: i32, b: i32) -> bool = a < b;
    s_cmp_le_i32(a: i32, b: i32) -> bool = a <= b;
    s_cmp_eq_u32(a: u32, b: u32) -> bool = a == b;
    s_cmp_lg_u32(a: u32, b: u32) -> bool = a != b;
    s_cmp_gt_u32(a: u32, b: u32) -> bool = a > b;
    s_cmp_ge_u32(a: u32, b: u32) -> bool = a >= b;
    s_cmp_lt_u32(a: u32, b: u32) -> bool = a < b;
    s_cmp_le_u32(a: u32, b: u32) -> bool = a <= b;
    s_cmp_eq_u64(a: u64, b: u64) -> bool = a == b;
    s_cmp_lg_u64(a: u64, b: u64) -> bool = a != b;
    s_bitcmp0_b32(a: u32, b: u32) -> bool = a >> (b & 31) & 1 == 0;
    s_bitcmp1_b32(a: u32, b: u32) -> bool = a >> (b & 31) & 1 == 1;
    s_bitcmp0_b64(a: u64, b: u32) -> bool = a >> (b & 63) & 1 == 0;
    s_bitcmp1_b64(a: u64, b: u32) -> bool = a >> (b & 63) & 1 == 1;
}
