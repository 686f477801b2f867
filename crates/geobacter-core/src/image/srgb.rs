//! The sRGB transfer function (IEC 61966-2-1; OpenCL C specification, "Conversion Rules for sRGBA and sBGRA Images"),
//! exact on every device: a load is the `f32` nearest to the function's value, and a store the integer nearest to its
//! inverse's. Both come out of tables that the compiler computes.

/// Value of the curve's straight part at its end, and the slope's inverse there.
const STRAIGHT_END: f64 = 0.04045;
const SLOPE: f64 = 12.92;
const OFFSET: f64 = 0.055;

/// What each 8-bit integer stands for.
static LINEAR: [f32; 256] = {
    let mut table = [0.0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = curve(i as f64 / 255.0) as f32;
        i += 1;
    }
    table
};

/// The smallest number that is stored as `i + 1`: where the curve passes halfway between two integers.
static STEPS: [f32; 255] = {
    let mut table = [0.0; 255];
    let mut i = 0;
    while i < 255 {
        let halfway = curve((i as f64 + 0.5) / 255.0);
        let nearest = halfway as f32;
        table[i] = if (nearest as f64) < halfway { nearest.next_up() } else { nearest };
        i += 1;
    }
    table
};

/// The linear intensity of the encoded value `x`, from 0 to 1.
const fn curve(x: f64) -> f64 {
    if x <= STRAIGHT_END { x / SLOPE } else { power_2_4((x + OFFSET) / (1.0 + OFFSET)) }
}

/// `x^2.4`: the root of `y^5 = x^12`, by Newton's method from above, where it converges without fail.
const fn power_2_4(x: f64) -> f64 {
    let x4 = x * x * x * x;
    let x12 = x4 * x4 * x4;
    let mut y = 1.0;
    let mut i = 0;
    while i < 100 {
        let y4 = y * y * y * y;
        y -= (y4 * y - x12) / (5.0 * y4);
        i += 1;
    }
    y
}

#[inline(always)]
pub(super) fn decode(encoded: u8) -> f32 {
    LINEAR[usize::from(encoded)]
}

/// The integer of 0 to 255 nearest to `255 * f(x)`; 0 for NaN.
#[inline(always)]
pub(super) fn encode(linear: f32) -> u8 {
    // Binary search for the number of steps that are not above: eight comparisons.
    let mut count = 0usize;
    let mut half = 128usize;
    while half > 0 {
        let at = count + half;
        if at <= STEPS.len() && linear >= STEPS[at - 1] {
            count = at;
        }
        half /= 2;
    }
    count as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The functions as the specification writes them.
    fn to_linear(x: f64) -> f64 {
        if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    }

    fn from_linear(x: f64) -> f64 {
        if x < 0.0031308 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 }
    }

    #[test]
    fn every_integer_is_decoded_to_the_nearest_number() {
        for i in 0..=255u8 {
            assert_eq!(decode(i), to_linear(f64::from(i) / 255.0) as f32, "{i}");
            assert_eq!(encode(decode(i)), i);
        }
    }

    #[test]
    fn stores_round_to_the_nearest_integer() {
        let check = |x: f32| {
            let expected = (255.0 * from_linear(f64::from(x).clamp(0.0, 1.0))).round_ties_even() as u8;
            assert_eq!(encode(x), expected, "{x:e}");
        };
        (0..=1_000_000).for_each(|i| check(i as f32 / 1_000_000.0));
        for step in STEPS {
            [step.next_down().next_down(), step.next_down(), step, step.next_up()].into_iter().for_each(check);
        }
        [-1.0, -0.0, 1e-40, 1.0f32.next_up(), 2.0, f32::MAX, f32::INFINITY, f32::NEG_INFINITY]
            .into_iter()
            .for_each(check);
        assert_eq!(encode(f32::NAN), 0);
    }
}
