//! What the tests on a device and on the simulated one share.

pub(crate) mod kit;
pub(crate) mod suite;

/// One test for each behaviour of the suite, on the devices that `with_devices` gives.
macro_rules! instantiate {
    ($with_devices:path: $($name:ident)*) => {$(
        #[test]
        fn $name() {
            $with_devices(stringify!($name), common::suite::$name);
        }
    )*};
    ($with_devices:path) => {
        instantiate!($with_devices:
            devices_say_what_they_can_do
            copies_go_there_and_back
            rows_go_where_they_belong_and_nowhere_else
            pinned_memory_has_an_address_on_the_device
            fills_write_every_pattern_and_nothing_else
            kernels_get_their_block
            group_memory_beyond_the_default_is_opted_in_to
            work_is_numbered_from_one
            waits_take_timeouts
            earlier_work_is_complete_before_later_work
            waiting_for_what_was_never_submitted_is_an_error
            queues_wait_for_each_other
            queues_wait_for_other_drivers
            many_threads_share_a_queue
            launches_wrap_around_their_records
            panics_come_back_with_their_words
            panics_are_told_of_the_launch_they_happened_in
            call_backs_come_once
            marks_tell_the_time
            signals_are_seen_from_both_sides
            waits_for_signals_end
            too_much_memory_is_an_error_with_numbers
            bad_code_is_refused_with_its_log
            queues_and_kernels_can_be_dropped_in_use
            devices_copy_from_each_other
            faults_are_errors_and_stay
            raw_launches_can_be_measured
        );
    };
}
