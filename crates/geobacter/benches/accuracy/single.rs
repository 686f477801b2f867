//! The approximations of `geobacter::fast`, which are for `f32` only.

use geobacter::fast;
use geobacter::prelude::*;

use crate::functions::Launcher;
use crate::launcher;
use crate::points::Source;

/// An approximation, and how far it may be off by its documentation.
pub(crate) struct Approximation {
    pub(crate) name: &'static str,
    pub(crate) launch: Launcher<f32>,
    pub(crate) reference: fn(f64, f64, f64) -> f64,
    /// Where it is measured.
    pub(crate) domain: &'static str,
    draw: Draw,
    error: Kind,
    pub(crate) bound: f64,
}

/// What points are drawn from.
#[derive(Clone, Copy)]
enum Draw {
    /// Evenly between these.
    Between(f64, f64),
    /// Evenly by logarithm, between these powers of two.
    Powers(f64, f64),
}

/// What the error is a fraction of.
#[derive(Clone, Copy)]
enum Kind {
    /// Of 1.
    Absolute,
    /// Of the exact result.
    Relative,
    /// Of the exact result or of 1, whichever is more.
    Mixed,
}

impl Approximation {
    pub(crate) fn points(&self, count: usize) -> [Vec<f32>; 3] {
        let mut source = Source::new(count as u64);
        let mut draw = || match self.draw {
            Draw::Between(low, high) => source.between(low, high) as f32,
            Draw::Powers(low, high) => source.between(low, high).exp2() as f32,
        };
        [(); 3].map(|()| (0..count).map(|_| draw()).collect())
    }

    pub(crate) fn error(&self, got: f32, exact: f64) -> f64 {
        let off = (f64::from(got) - exact).abs();
        let off = match self.error {
            Kind::Absolute => off,
            Kind::Relative => off / exact.abs(),
            Kind::Mixed => off / exact.abs().max(1.0),
        };
        if off.is_nan() { f64::INFINITY } else { off }
    }

    pub(crate) fn unit(&self) -> &'static str {
        match self.error {
            Kind::Absolute => "f32, absolute",
            Kind::Relative => "f32, relative",
            Kind::Mixed => "f32, of the result or 1",
        }
    }
}

macro_rules! approximations {
    ($($name:ident($x:ident, $y:ident) $fast:expr; $exact:expr; $domain:literal $draw:expr; $error:ident $bound:expr;)*) => {
        vec![$(Approximation {
            name: concat!("fast::", stringify!($name)),
            launch: launcher!(f32, |$x, $y, _| {
                let _ = $y;
                $fast
            }),
            reference: |$x, $y, _| {
                let _ = $y;
                $exact
            },
            domain: $domain,
            draw: $draw,
            error: Kind::$error,
            bound: $bound,
        }),*]
    };
}

const PI: f64 = std::f64::consts::PI;

/// 2^-n
fn bits(n: i32) -> f64 {
    2f64.powi(-n)
}

pub(crate) fn all() -> Vec<Approximation> {
    approximations! {
        sin(x, y) fast::sin(x); x.sin(); "-pi to pi" Draw::Between(-PI, PI); Absolute bits(19);
        cos(x, y) fast::cos(x); x.cos(); "-pi to pi" Draw::Between(-PI, PI); Absolute bits(19);
        tan(x, y) fast::tan(x); x.tan(); "-pi/4 to pi/4" Draw::Between(-PI / 4.0, PI / 4.0); Absolute bits(18);
        exp2(x, y) fast::exp2(x); x.exp2(); "-125 to 127" Draw::Between(-125.0, 127.0); Relative bits(21);
        exp(x, y) fast::exp(x); x.exp(); "-10 to 10" Draw::Between(-10.0, 10.0); Relative bits(21) + 10.0 * bits(23);
        exp10(x, y) fast::exp10(x); (x * std::f64::consts::LN_10).exp(); "-10 to 10" Draw::Between(-10.0, 10.0);
            Relative bits(21) + 10.0 * bits(21);
        log2(x, y) fast::log2(x); x.log2(); "normal numbers" Draw::Powers(-125.9, 127.9); Mixed bits(21);
        ln(x, y) fast::ln(x); x.ln(); "normal numbers" Draw::Powers(-125.9, 127.9); Mixed bits(20);
        log10(x, y) fast::log10(x); x.log10(); "normal numbers" Draw::Powers(-125.9, 127.9); Mixed bits(20);
        powf(x, y) fast::powf(x, y); x.powf(y); "1/4 to 4" Draw::Powers(-2.0, 2.0); Relative 10.0 * bits(21);
        rsqrt(x, y) fast::rsqrt(x); 1.0 / x.sqrt(); "normal numbers" Draw::Powers(-125.9, 127.9); Relative bits(21);
        sqrt(x, y) fast::sqrt(x); x.sqrt(); "normal numbers" Draw::Powers(-125.9, 127.9); Relative bits(21);
        recip(x, y) fast::recip(x); 1.0 / x; "2^-125 to 2^125" Draw::Powers(-125.0, 125.0); Relative bits(21);
        div(x, y) fast::div(x, y); x / y; "2^-60 to 2^60" Draw::Powers(-60.0, 60.0); Relative bits(21);
        tanh(x, y) fast::tanh(x); x.tanh(); "-5 to 5" Draw::Between(-5.0, 5.0); Relative bits(10);
    }
}
