//! Spreading what is there by copies.

/// The copies that spread the first `seeded` of `total` bytes over all of them: offset of the target and length, each from
/// offset 0. None reads what it writes.
pub fn doublings(seeded: usize, total: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut done = seeded;
    std::iter::from_fn(move || {
        let bytes = done.min(total - done);
        let at = done;
        done += bytes;
        (bytes != 0).then_some((at, bytes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doublings_cover_everything_once() {
        for (seed, total) in [(8, 8), (8, 16), (16, 1000), (1024, 1 << 20), (24, 25)] {
            let mut end = seed;
            for (at, bytes) in doublings(seed, total) {
                assert_eq!(at, end);
                assert!(bytes <= at, "a copy must not overlap its source");
                end += bytes;
            }
            assert_eq!(end, total);
        }
    }
}
