//! The conformance suite: one list of kernels and expectations, run on every device there is.
//!
//! A case is a function that takes a device and panics where the device is wrong. Cases are grouped by what they are
//! about, one file each; `cases!` below is the list. `cargo geobacter test --device NAME` runs them on one device, and
//! a test's name begins with its device's: `cuda:0::views::chunks`.

mod accuracy;
mod approximations;
mod arguments;
mod assembly;
mod atomic_widths;
mod atomics;
mod barriers;
mod between_devices;
mod buffers;
mod builtins;
mod channels;
mod closures;
mod control_flow;
mod device_primitives;
mod dynamic;
mod enqueue;
mod errors;
mod foreign;
mod grids;
mod group_memory;
mod group_primitives;
mod heap;
mod host_calls;
mod image_formats;
mod image_transfers;
mod images;
mod launch_bounds;
mod library_code;
mod loops;
mod math;
mod messages;
mod numbers;
mod order;
mod panics;
mod printing;
mod properties;
mod raw_lanes;
mod shared_buffers;
mod signals;
mod specialisation;
mod subgroup_types;
mod subgroups;
mod views;

use geobacter::Device;
use libtest_mimic::{Arguments, Trial};

/// A case: its name and what to run.
type Case = (&'static str, fn(&Device));

macro_rules! cases {
    ($($module:ident: $($case:ident),* $(,)?;)*) => {
        &[$($((concat!(stringify!($module), "::", stringify!($case)), $module::$case)),*),*]
    };
}

const CASES: &[Case] = cases! {
    arguments: every_scalar_width, bool_and_char, arrays_and_tuples, derived_structs, aligned_structs, twelve_arguments,
        no_arguments, struct_of_parameters, raw_slices, enums, options, large_struct;
    atomics: counters_in_a_buffer, counters_in_work_group_memory, every_operation, floating_point_numbers,
        fences_order_what_groups_tell_each_other;
    barriers: in_a_loop, between_equal_conditions, in_a_loop_with_an_invariant_condition,
        in_branches_that_a_group_takes_together, order_global_memory_in_a_group, nobody_waits_for_one_that_panicked,
        a_barrier_that_some_do_not_reach_is_told_of;
    between_devices: copies_of_buffers, kernels_and_copies_take_turns, failures_go_with_the_contents;
    buffers: round_trip, empty, fill_every_pattern, fill_structs, copy_between, partial_views, upload_and_download,
        read_into_slice, dropped_while_in_use, many_allocations, written_together;
    closures: plain, in_a_generic_function, calling_functions, two_of_one_type, nested;
    loops: walks_in_bounds, walks_out_of_bounds, the_first_check_that_fails_is_reported,
        what_comes_before_a_failing_check_is_done;
    control_flow: divergent_branches, nested_loops, early_return, matches, recursion, while_let;
    dynamic: trait_objects, function_pointers, tables_of_functions;
    errors: zero_sized_grids, oversized_grids, oversized_groups, overflowing_grids, length_mismatch, out_of_memory,
        out_of_memory_leaves_the_device_usable, wrong_device_names;
    grids: one_dimension_of_any_size, two_dimensions, three_dimensions, ranges, chosen_group_sizes, ids_are_consistent,
        extra_work_items_do_not_run;
    group_memory: neighbours_read_what_was_written, groups_at_the_grids_end_are_smaller,
        arrays_of_any_size_are_written_whole, several_blocks_do_not_overlap, two_dimensional_tiles,
        three_dimensional_blocks_and_flat_ones, library_functions_use_one_block_again_and_again,
        one_work_item_writes_for_all, blocks_in_a_struct_of_parameters, as_much_as_the_device_has,
        more_than_the_device_has_is_an_error;
    heap: vectors_grow_and_shrink, boxes_of_trait_objects, maps_queues_and_counted_references, strings_are_formatted,
        what_is_freed_is_used_again, blocks_do_not_overlap, types_with_large_alignments,
        a_heap_that_is_used_up_is_a_panic, every_launch_finds_it_empty;
    image_formats: every_8_bit_value, every_16_bit_value, wide_values, normalised_stores_round_and_saturate,
        halves_round_to_nearest, integer_stores_saturate, channel_orders, masked_stores_leave_the_rest;
    image_transfers: round_trip, regions, without_waiting, clears, copies, between_devices, to_and_from_buffers, bad_sizes,
        panics_follow_the_texels;
    images: one_dimension, two_dimensions, three_dimensions, arrays_of_rows, arrays_of_images,
        grids_larger_and_elsewhere, positions_outside, tiles, raw_images, single_layers, room_between_rows, address_modes,
        samplers, constant_samplers, samples_in_volumes_and_arrays, in_structs_of_parameters, order_follows_from_the_borrows;
    library_code: slices_and_iterators, sorting_networks, strings, formatting_lengths, sha2_digest, complex_numbers,
        vectors, random_numbers, libm_with_host_assembly;
    math: rounding_is_exact, square_roots_are_exact, fused_multiply_add_is_fused, transcendental_f32,
        transcendental_f64, extremes, min_max_clamp;
    numbers: integer_arithmetic, wide_integers, shifts_and_rotates, bit_counting, checked_and_saturating, conversions,
        float_comparisons, nan_and_infinity, indices_from_comparisons;
    order: launches_on_one_buffer, launches_on_two_queues, reads_wait_for_writes, writes_wait_for_reads, waits,
        futures, concurrent_launches, concurrent_first_launches;
    panics: bounds_check, explicit, unwrap_none, overflow_and_division, only_some_work_items, the_device_goes_on,
        reported_when_a_buffer_is_read, reported_through_other_queues, below_trait_objects, in_recursion;
    signals: every_work_item_counts, the_host_waits_for_each_condition, a_wait_for_what_never_comes_times_out,
        every_operation, kernels_see_what_the_host_sets, one_signal_serves_launches_on_two_queues, dropped_while_in_use,
        signals_of_another_device_are_refused;
    subgroups: size_and_lane, ballot, any_all_and_first, shuffle_by_index_and_up, shuffle_down, shuffle_by_constant_masks,
        shuffle_by_any_mask, read_first_and_read_lane, values_of_any_width, reduce, scan, sub_groups_with_gaps, barrier;
    shared_buffers: made_and_read, reads_wait_for_kernels, writes_wait_for_kernels_that_read,
        kernels_of_two_queues_take_turns, everything_a_buffer_can, dropped_while_in_use, failures_come_with_the_contents,
        shared_between_threads, pinned_memory_is_a_slice;
    assembly: special_registers, operands_of_every_type, memory_is_in_order, clocks_are_read_each_time;
    properties: kernels_and_the_host_are_told_the_same, loops_over_the_subgroup;
    specialisation: many_values, switching_back_and_forth, every_type, branches, structs_of_parameters, fixed_values_and_lengths,
        fixed_lengths_of_every_view, fixed_grids, checks_that_fail_still_fail, two_threads, other_work_group_sizes,
        launches_are_of_their_own_version;
    views: per_item, per_item_shorter_than_the_grid, chunks, ragged_chunks, strided, tiles, two_outputs,
        per_item_in_two_dimensions, bounds_hold_where_arguments_end;
    launch_bounds: results_are_the_same, limits_of_registers_are_kept, exact_group_sizes,
        exact_group_sizes_with_barriers, panics_are_reported_under_bounds, bounds_that_make_no_sense_are_refused;
    accuracy: f32_functions_of_one_argument, f32_functions_of_two_arguments, f64_functions_of_one_argument,
        f64_functions_of_two_arguments, integer_powers, division_and_roots_round_correctly, subnormal_numbers_are_kept,
        special_values;
    approximations: angles, exponentials_and_logarithms, roots_and_quotients, hyperbolic_tangent, native_and_half;
    builtins: common_functions, parts_of_numbers, remainders, integers, conversions, vectors, vectors_in_buffers,
        vectors_in_work_group_memory, geometry, transcendental_functions;
    foreign: half_precision_arithmetic, half_precision_conversions, geometry_in_buffers, complex_numbers_in_buffers,
        plain_data_of_any_crate;
    group_primitives: reduce, scan, scan_in_order, broadcast, sort, histogram, transpose, too_little_memory_is_a_panic;
    device_primitives: reduce, reduce_any_type, reduce_is_reproducible, scan, scan_twice_over, scan_in_order, scan_any_type,
        lengths_must_agree, histogram, sort_integers, sort_small_keys, sort_floats, sort_with_values_is_stable, transpose,
        select, memory_is_used_again;
    subgroup_types: unsigned_integers, signed_integers, floating_point_numbers, structs, ranks_among_those_that_pass_true,
        work_items_with_equal_bits_find_each_other, scan_by_segments, scan_by_segments_with_gaps;
    raw_lanes: amd_data_parallel_primitives, amd_rows_and_banks_that_are_left_out, amd_permutes_and_swizzles,
        nvidia_shuffles, nvidia_votes_and_matches, host_code_that_does_not_ask_panics;
    atomic_widths: of_8_bits, of_16_bits, of_16_bits_in_work_group_memory, of_64_bits_come_whole,
        of_machine_words_and_bools, of_addresses,
        every_ordering, compare_and_exchange_with_every_ordering, a_lock_orders_plain_memory, fences_of_every_scope;
    messages: integers, floats, text_and_characters, references, assertions, types_of_the_users, results_and_options,
        macros_of_the_library, checks_of_the_language, cells, in_nested_calls, long_messages_are_cut,
        beside_formatting_in_the_kernel;
    printing: every_format, types_of_the_users, both_outputs, ordered_for_each_work_item, what_is_dropped_is_counted,
        long_lines_are_cut, beside_panics, from_kernels_that_kernels_launch;
    channels: every_value_arrives_once, sends_wait_for_room, values_come_while_the_kernel_runs,
        full_channels_give_values_back, nobody_receives_any_more, structs_and_several_launches, dropped_while_in_use;
    host_calls: answers_come_to_who_asked, few_at_once, a_function_that_panics_is_an_error_of_the_call,
        again_and_from_several_queues, dropped_while_in_use;
    enqueue: values_and_grids_arrive, many_work_items_ask, nobody_asks, one_work_items_requests_keep_their_order,
        grids_of_several_axes, a_kernel_launches_itself, a_child_launches_itself, grandchildren_and_two_launchers,
        too_deep_is_an_error, a_full_launcher_is_a_panic, no_room_can_be_told, a_childs_panic_comes_from_the_wait,
        a_failure_before_does_not_stop_it, children_see_what_was_written, what_comes_later_sees_the_children,
        every_kind_of_wait, two_families_at_once, bad_grids_are_refused, children_work_together_in_groups,
        children_have_heaps_and_constants, children_send_and_signal, dropped_without_a_wait, misuse_is_refused;
};

/// The devices to test: the one that `GEOBACTER_DEVICE` names, or all.
fn devices() -> Vec<Device> {
    match std::env::var_os("GEOBACTER_DEVICE") {
        None => Device::all(),
        // A device that was asked for and is not there is a failure, not a suite of no tests.
        Some(_) => vec![Device::best().unwrap_or_else(|e| panic!("{e}"))],
    }
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Cases on one device share its memory and its default queue; a few at a time are enough.
    arguments.test_threads.get_or_insert(4);
    let mut trials = Vec::new();
    for device in devices() {
        for &(name, case) in CASES {
            let device = device.clone();
            let name = format!("{}::{name}", device.id());
            trials.push(Trial::test(name, move || {
                case(&device);
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
