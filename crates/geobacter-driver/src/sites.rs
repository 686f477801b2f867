//! Panics whose message the compiler knew: the device writes a number, and the host has the list.

use geobacter_container::PanicSite;
use geobacter_core::LaunchStatus;

use crate::Error;

/// What a record says, where a work-item has named one of the code's panic sites; `None` where it has written its message
/// itself, for [`status::error`](crate::status::error). `sites`: the section of the code that lists them.
#[must_use]
pub fn error(record: &LaunchStatus, kernel: &str, sites: Option<&[u8]>) -> Option<Error> {
    let first = Some(&record.first).filter(|first| first.recorded != 0)?;
    let all = sites.and_then(PanicSite::list_from_bytes);
    let site = all.as_ref().and_then(|all| all.get(first.site as usize));
    let axes = |part: usize| first.place.map(|along| along[part]);
    Some(Error::KernelPanicked {
        kernel: kernel.to_owned(),
        message: site.map_or_else(
            || format!("(panic site {}, of which the code's list says nothing)", first.site),
            |site| site.text(&first.numbers),
        ),
        location: site.and_then(PanicSite::location),
        work_item: axes(0),
        work_group: axes(1),
        count: u64::from(record.panics.load(std::sync::atomic::Ordering::Relaxed)),
    })
}

/// The list of code that is text, which has it in comments.
#[must_use]
pub fn in_text(code: &[u8]) -> Option<Vec<u8>> {
    PanicSite::list_in_comments(std::str::from_utf8(code).ok()?)
}

#[cfg(test)]
mod tests {
    use geobacter_core::PanicRecord;

    use super::*;
    use crate::status::{RECORD, cleared, panicked};

    fn record(first: PanicRecord) -> LaunchStatus {
        let mut bytes = cleared(0);
        assert_eq!(bytes.len(), RECORD);
        bytes[..4].copy_from_slice(&5u32.to_ne_bytes());
        let (_, mut status) = panicked(&bytes).next().expect("five panics");
        status.first = first;
        status
    }

    fn sites() -> Vec<u8> {
        let site = |message| PanicSite { message, file: "a.rs", line: 1, column: 2 };
        PanicSite::list_to_bytes(&[site("zero"), site("{} of {}")])
    }

    const FIRST: PanicRecord =
        PanicRecord { recorded: 1, site: 1, place: [[1, 2], [3, 4], [5, 6]], numbers: [7, 8, 0] };

    #[test]
    fn a_site_becomes_an_error() {
        let Some(Error::KernelPanicked { kernel, message, location, work_item, work_group, count }) =
            error(&record(FIRST), "k", Some(&sites()))
        else {
            panic!("another error")
        };
        assert_eq!((kernel.as_str(), message.as_str(), location.as_deref()), ("k", "7 of 8", Some("a.rs:1:2")));
        assert_eq!((work_item, work_group, count), ([1, 3, 5], [2, 4, 6], 5));
    }

    #[test]
    fn a_list_that_does_not_have_it_is_said() {
        for (site, list) in [(2, Some(sites())), (1, Some(vec![0xff])), (1, None)] {
            let error = error(&record(PanicRecord { site, ..FIRST }), "k", list.as_deref()).unwrap();
            assert!(error.to_string().contains(&format!("panic site {site}")), "{error}");
        }
    }

    #[test]
    fn messages_that_the_device_wrote_are_not_looked_for_here() {
        assert!(error(&record(PanicRecord::default()), "k", Some(&sites())).is_none());
    }
}
