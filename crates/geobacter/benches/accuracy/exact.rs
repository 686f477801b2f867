//! Functions in multi-precision arithmetic.

use std::cell::RefCell;

use astro_float::{BigFloat, Consts, RoundingMode};

/// Bits of a result: more than twice those of an `f64`, so that its own error does not show.
pub(crate) const PRECISION: usize = 128;
/// What intermediate results have more.
const GUARD: usize = 64;
/// Results need not be rounded correctly: their last bits do not show.
const ROUNDING: RoundingMode = RoundingMode::None;

thread_local! {
    static CONSTANTS: RefCell<Consts> = RefCell::new(Consts::new().expect("memory for constants"));
}

/// A number with a precision of its own.
#[derive(Clone, Debug)]
pub(crate) struct Exact(pub(crate) BigFloat);

/// Lifts every subnormal `f64` to a normal one.
const LIFT: i32 = 64;

impl From<f64> for Exact {
    fn from(x: f64) -> Self {
        // The library takes subnormal numbers for others.
        if x != 0.0 && x.abs() < f64::MIN_POSITIVE {
            let mut lifted = BigFloat::from_f64(x * 2f64.powi(LIFT), PRECISION);
            let exponent = lifted.exponent().expect("a finite number");
            lifted.set_exponent(exponent - LIFT);
            return Exact(lifted);
        }
        Exact(BigFloat::from_f64(x, PRECISION))
    }
}

macro_rules! functions {
    ($($name:ident)*) => {$(
        pub(crate) fn $name(&self) -> Exact {
            CONSTANTS.with_borrow_mut(|cc| Exact(self.0.$name(PRECISION, ROUNDING, cc)))
        }
    )*};
}

impl Exact {
    functions!(sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp ln log2 log10);

    pub(crate) fn sqrt(&self) -> Exact {
        Exact(self.0.sqrt(PRECISION, ROUNDING))
    }

    pub(crate) fn cbrt(&self) -> Exact {
        Exact(self.0.cbrt(PRECISION, ROUNDING))
    }

    pub(crate) fn floor(&self) -> Exact {
        Exact(self.0.floor())
    }

    pub(crate) fn ceil(&self) -> Exact {
        Exact(self.0.ceil())
    }

    pub(crate) fn trunc(&self) -> Exact {
        Exact(self.0.int())
    }

    pub(crate) fn fract(&self) -> Exact {
        Exact(self.0.fract())
    }

    pub(crate) fn abs(&self) -> Exact {
        Exact(self.0.abs())
    }

    pub(crate) fn neg(&self) -> Exact {
        Exact(self.0.neg())
    }

    /// All bits of the sum.
    pub(crate) fn add(&self, other: &Exact) -> Exact {
        // The library's exact operations give NaN where one side is zero.
        if other.0.is_zero() {
            return self.clone();
        }
        if self.0.is_zero() { other.clone() } else { Exact(self.0.add_full_prec(&other.0)) }
    }

    /// All bits of the difference.
    pub(crate) fn sub(&self, other: &Exact) -> Exact {
        self.add(&other.neg())
    }

    /// All bits of the product.
    pub(crate) fn mul(&self, other: &Exact) -> Exact {
        if self.0.is_zero() || other.0.is_zero() {
            return Exact::from(0.0);
        }
        Exact(self.0.mul_full_prec(&other.0))
    }

    pub(crate) fn div(&self, other: &Exact) -> Exact {
        Exact(self.0.div(&other.0, PRECISION + GUARD, ROUNDING))
    }

    /// Exact, with the sign of `self`.
    pub(crate) fn rem(&self, other: &Exact) -> Exact {
        Exact(self.0.rem(&other.0))
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.0.is_negative() && !self.0.is_zero()
    }

    pub(crate) fn pi() -> Exact {
        CONSTANTS.with_borrow_mut(|cc| Exact(cc.pi(PRECISION + GUARD, ROUNDING)))
    }

    /// A power; of a negative number, where the exponent is an integer.
    pub(crate) fn pow(&self, exponent: &Exact) -> Exact {
        let power =
            |base: &BigFloat| CONSTANTS.with_borrow_mut(|cc| Exact(base.pow(&exponent.0, PRECISION, ROUNDING, cc)));
        if !self.is_negative() || !exponent.0.is_int() {
            return power(&self.0);
        }
        let magnitude = power(&self.0.abs());
        let is_odd = !exponent.div(&Exact::from(2.0)).0.is_int();
        if is_odd { magnitude.neg() } else { magnitude }
    }

    /// Whether the magnitude is below `2^-80`, where a few terms of a series are all there is to 128 bits.
    fn is_tiny(&self) -> bool {
        self.0.is_zero() || self.0.exponent().is_some_and(|e| e < -80)
    }

    /// `self + second * self^2`
    fn two_terms(&self, second: f64) -> Exact {
        self.add(&self.mul(self).mul(&Exact::from(second)))
    }

    pub(crate) fn exp_m1(&self) -> Exact {
        if self.is_tiny() {
            return self.two_terms(0.5);
        }
        // Far below 1, of which it is one more than the precision away.
        if self.is_negative() && self.0.exponent().is_some_and(|e| e > 8) {
            return Exact::from(-1.0);
        }
        let power = CONSTANTS.with_borrow_mut(|cc| Exact(self.0.exp(PRECISION + 2 * GUARD, ROUNDING, cc)));
        power.sub(&Exact::from(1.0))
    }

    pub(crate) fn ln_1p(&self) -> Exact {
        if self.is_tiny() { self.two_terms(-0.5) } else { self.add(&Exact::from(1.0)).ln() }
    }

    /// The angle of the point (`x`, `self`).
    pub(crate) fn atan2(&self, x: &Exact) -> Exact {
        if x.0.is_zero() {
            let quarter = Exact::pi().mul(&Exact::from(0.5));
            return if self.is_negative() { quarter.neg() } else { quarter };
        }
        let angle = self.div(x).atan();
        match (x.is_negative(), self.is_negative()) {
            (false, _) => angle,
            (true, false) => angle.add(&Exact::pi()),
            (true, true) => angle.sub(&Exact::pi()),
        }
    }

    /// Rounded half away from zero.
    pub(crate) fn round(&self) -> Exact {
        let half = Exact::from(0.5);
        if self.is_negative() { self.sub(&half).ceil() } else { self.add(&half).floor() }
    }

    /// Rounded half to even.
    pub(crate) fn round_ties_even(&self) -> Exact {
        let below = self.floor();
        let twice_rest = self.sub(&below).mul(&Exact::from(2.0)).sub(&Exact::from(1.0));
        let is_even = below.div(&Exact::from(2.0)).0.is_int();
        let up = !twice_rest.is_negative() && (!twice_rest.0.is_zero() || !is_even);
        if up { below.add(&Exact::from(1.0)) } else { below }
    }
}
