//! Where functions are measured.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Which points tell most about a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Points {
    /// Where each of its arguments changes most.
    pub(crate) ranges: [Range; 3],
}

/// What one argument's points are drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    /// Not used: always 0.
    None,
    /// Half of the points are any bits, so all exponents; a quarter have magnitudes near 1, evenly by logarithm; a quarter lie
    /// between these two.
    Between(f64, f64),
    /// An integer between these two.
    Integer(i32, i32),
    /// The exponent of a power whose base is the first argument, so that most powers are finite.
    ExponentOfPower,
}

/// How often, in points, one is next to a special value.
const SPECIAL_EVERY: usize = 16;
/// How far from a special value, in ULP.
const NEAR: i64 = 4;

/// Where functions do something special: their zeros, poles, ends of their domains, changes of method, and halves of integers.
fn special_values() -> Vec<f64> {
    let quarter = std::f64::consts::FRAC_PI_4;
    let mut all = vec![
        0.0,
        0.25,
        0.5,
        0.75,
        1.0,
        1.5,
        2.0,
        2.5,
        3.0,
        10.0,
        100.0,
        std::f64::consts::E,
        std::f64::consts::LN_2,
        std::f64::consts::LN_10,
        0.346_573,
        1.039_72,
        22.0,
        24.0,
        88.722_8,
        89.0,
        103.97,
        126.0,
        127.0,
        128.0,
        149.0,
        150.0,
        709.782_7,
        710.475_8,
        745.133_2,
        1022.0,
        1023.0,
        1024.0,
        1074.0,
        1075.0,
        4_194_304.5,
        8_388_607.5,
        8_388_608.0,
        16_777_216.0,
        2f64.powi(52) - 0.5,
        2f64.powi(52),
        2f64.powi(53),
        2f64.powi(63),
        2f64.powi(-12),
        2f64.powi(-27),
    ];
    all.extend((1..64).map(|k| f64::from(k) * quarter));
    all.extend((7..40).map(|k| (1u64 << k) as f64 * quarter));
    all
}

/// A number type that points are made of.
pub(crate) trait Number: Copy + Send + Sync {
    fn from_random_bits(bits: u64) -> Self;
    fn from_f64(x: f64) -> Self;
    /// The number so many steps of the format away.
    fn steps(self, by: i64) -> Self;
    /// The largest power of two.
    const MAX_EXPONENT: f64;
    fn to_f64(self) -> f64;
}

impl Number for f32 {
    const MAX_EXPONENT: f64 = 127.0;
    fn from_random_bits(bits: u64) -> Self {
        f32::from_bits((bits >> 32) as u32)
    }
    fn from_f64(x: f64) -> Self {
        x as f32
    }
    fn steps(self, by: i64) -> Self {
        f32::from_bits(self.to_bits().wrapping_add(by as u32))
    }
    fn to_f64(self) -> f64 {
        self.into()
    }
}

impl Number for f64 {
    const MAX_EXPONENT: f64 = 1023.0;
    fn from_random_bits(bits: u64) -> Self {
        f64::from_bits(bits)
    }
    fn from_f64(x: f64) -> Self {
        x
    }
    fn steps(self, by: i64) -> Self {
        f64::from_bits(self.to_bits().wrapping_add(by as u64))
    }
    fn to_f64(self) -> f64 {
        self
    }
}

/// Random numbers, always the same ones.
pub(crate) struct Source {
    rng: Pcg64Mcg,
    specials: Vec<f64>,
}

impl Source {
    pub(crate) fn new(seed: u64) -> Self {
        Source { rng: Pcg64Mcg::seed_from_u64(seed), specials: special_values() }
    }

    /// In [0, 1).
    fn unit(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 * 2f64.powi(-53)
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    fn sign(&mut self) -> f64 {
        if self.rng.next_u64() & 1 == 0 { 1.0 } else { -1.0 }
    }

    /// Evenly by logarithm, of either sign.
    fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        self.sign() * self.between(low, high).exp2()
    }

    fn draw<T: Number>(&mut self, range: Range, i: usize, base: T) -> T {
        match range {
            Range::None => T::from_f64(0.0),
            Range::Integer(low, high) => T::from_f64(self.between(f64::from(low), f64::from(high) + 1.0).floor()),
            Range::ExponentOfPower => {
                let most = (T::MAX_EXPONENT + 30.0) / base.to_f64().abs().log2().abs().clamp(1e-6, T::MAX_EXPONENT);
                let exponent = self.between(-most, most);
                T::from_f64(if i.is_multiple_of(4) { exponent.round() } else { exponent })
            }
            Range::Between(..) if i.is_multiple_of(SPECIAL_EVERY) => {
                let at = self.rng.next_u64() as usize % self.specials.len();
                let x = self.sign() * self.specials[at];
                T::from_f64(x).steps(self.rng.next_u64() as i64 % (NEAR + 1))
            }
            Range::Between(low, high) => match self.rng.next_u64() % 4 {
                0 => T::from_f64(self.between(low, high)),
                1 => T::from_f64(self.magnitude(-30.0, 8.0)),
                _ => loop {
                    let x = T::from_random_bits(self.rng.next_u64());
                    if !x.to_f64().is_nan() {
                        break x;
                    }
                },
            },
        }
    }
}

impl Points {
    /// `count` points, always the same ones.
    pub(crate) fn draw<T: Number>(&self, count: usize) -> [Vec<T>; 3] {
        let mut source = Source::new(count as u64);
        let mut all = [const { Vec::new() }; 3];
        for i in 0..count {
            let base = source.draw(self.ranges[0], i, T::from_f64(0.0));
            all[0].push(base);
            // Special values of one argument meet others of the next.
            for (axis, values) in all.iter_mut().enumerate().skip(1) {
                values.push(source.draw(self.ranges[axis], i / SPECIAL_EVERY + axis, base));
            }
        }
        all
    }

    /// Every special value, with every other where there are several arguments.
    pub(crate) fn special<T: Number>(&self) -> [Vec<T>; 3] {
        const VALUES: [f64; 14] =
            [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 2.5, 1e-40, 1e-310, 5e-324, 1e30, 1e300, f64::MAX, f64::INFINITY];
        let mut values: Vec<T> = VALUES.iter().flat_map(|x| [*x, -*x]).map(T::from_f64).collect();
        values.push(T::from_f64(f64::NAN));
        let of = |range: Range| match range {
            Range::None => vec![T::from_f64(0.0)],
            Range::Integer(..) => [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0].map(T::from_f64).to_vec(),
            _ => values.clone(),
        };
        let [xs, ys, zs] = self.ranges.map(of);
        let mut all = [const { Vec::new() }; 3];
        for &x in &xs {
            for &y in &ys {
                for &z in &zs {
                    all[0].push(x);
                    all[1].push(y);
                    all[2].push(z);
                }
            }
        }
        all
    }
}
