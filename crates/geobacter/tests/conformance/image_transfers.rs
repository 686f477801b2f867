//! Images on the host's side: import, export, clear, copy; whole and in part.

use geobacter::Error;
use geobacter::image::*;
use geobacter::prelude::*;

fn bytes(n: usize) -> Vec<u8> {
    (0..n).map(|i| (i * 7 + i / 251) as u8).collect()
}

/// Layouts with and without room between rows and slices, for texels of 4 bytes.
fn layouts(extent: [usize; 3]) -> [ImageLayout; 2] {
    let row = (extent[0] * 4).next_multiple_of(64) + 64;
    [ImageLayout::new(), ImageLayout::new().row_pitch(row).slice_pitch(row * (extent[1] + 1))]
}

pub(crate) fn round_trip(device: &Device) {
    for extent in [[1, 1, 1], [7, 1, 1], [1, 9, 1], [33, 17, 5], [256, 128, 2]] {
        for layout in layouts(extent) {
            let data = bytes(extent.iter().product::<usize>() * 4);
            let mut image: Image<Rgba8Unorm, D3> = device.image_with_layout(extent, layout).unwrap();
            assert_eq!(image.to_vec().unwrap(), vec![0; data.len()]);
            image.write_from(&data).unwrap();
            assert_eq!(image.to_vec().unwrap(), data);
            let mut copy = vec![1; data.len()];
            image.read_into(&mut copy).unwrap();
            assert_eq!(copy, data);
        }
    }
}

/// The elements of a region, taken out of a whole.
fn cut(data: &[u8], [w, h, _]: [usize; 3], start: [usize; 3], extent: [usize; 3]) -> Vec<u8> {
    let mut part = Vec::new();
    for z in start[2]..start[2] + extent[2] {
        for y in start[1]..start[1] + extent[1] {
            let at = ((z * h + y) * w + start[0]) * 4;
            part.extend_from_slice(&data[at..at + extent[0] * 4]);
        }
    }
    part
}

/// Replaces the elements of a region.
fn paste(data: &mut [u8], [w, h, _]: [usize; 3], start: [usize; 3], extent: [usize; 3], part: &[u8]) {
    let mut rows = part.chunks(extent[0] * 4);
    for z in start[2]..start[2] + extent[2] {
        for y in start[1]..start[1] + extent[1] {
            let at = ((z * h + y) * w + start[0]) * 4;
            data[at..at + extent[0] * 4].copy_from_slice(rows.next().unwrap());
        }
    }
}

const EXTENT: [usize; 3] = [20, 11, 6];
/// Starts and extents inside `EXTENT`.
const REGIONS: [([usize; 3], [usize; 3]); 6] = [
    ([0, 0, 0], [20, 11, 6]),
    ([3, 2, 1], [5, 4, 3]),
    ([0, 4, 2], [20, 7, 1]),
    ([0, 0, 3], [20, 11, 2]),
    ([19, 10, 5], [1, 1, 1]),
    ([7, 0, 0], [1, 11, 6]),
];

pub(crate) fn regions(device: &Device) {
    for layout in layouts(EXTENT) {
        let mut whole = bytes(EXTENT.iter().product::<usize>() * 4);
        let mut image: Image<Rgba8Unorm, D3> = device.image_with_layout(EXTENT, layout).unwrap();
        image.write_from(&whole).unwrap();
        for (start, extent) in REGIONS {
            assert_eq!(image.region_to_vec(start, extent).unwrap(), cut(&whole, EXTENT, start, extent));
            let part: Vec<u8> = cut(&whole, EXTENT, start, extent).iter().map(|b| !b).collect();
            image.write_region_from(start, extent, &part).unwrap();
            paste(&mut whole, EXTENT, start, extent, &part);
            assert_eq!(image.to_vec().unwrap(), whole, "{extent:?} at {start:?}");
            let mut read = vec![0; part.len()];
            image.read_region_into(start, extent, &mut read).unwrap();
            assert_eq!(read, part);
        }
        // Nothing is a region too.
        assert_eq!(image.region_to_vec([20, 0, 0], [0, 5, 5]).unwrap(), []);
        image.write_region_from([2, 2, 2], [3, 0, 3], &[]).unwrap();
        assert_eq!(image.to_vec().unwrap(), whole);
    }
}

pub(crate) fn without_waiting(device: &Device) {
    for layout in layouts(EXTENT) {
        let mut whole = bytes(EXTENT.iter().product::<usize>() * 4);
        let mut image: Image<Rgba8Unorm, D3> = device.image_with_layout(EXTENT, layout).unwrap();
        let mut host = device.host_buffer(whole.len(), 0u8).unwrap();
        host.copy_from_slice(&whole);
        let upload = image.upload(host).unwrap();
        let (start, extent) = REGIONS[1];
        let part = device.host_buffer(extent.iter().product::<usize>() * 4, 0xabu8).unwrap();
        let second = image.upload_region(start, extent, part).unwrap();
        paste(&mut whole, EXTENT, start, extent, &second.wait().unwrap());
        let all = image.download().unwrap();
        let row = image.download_region([0, 3, 2], [20, 1, 1]).unwrap();
        assert_eq!(all.wait().unwrap()[..], whole);
        assert_eq!(row.wait().unwrap()[..], cut(&whole, EXTENT, [0, 3, 2], [20, 1, 1]));
        assert_eq!(upload.wait().unwrap().len(), whole.len());
    }
}

pub(crate) fn clears(device: &Device) {
    #[track_caller]
    fn check<F: Format>(device: &Device, value: [F::Component; 4], texel: &[F::Element])
    where
        F::Element: PartialEq + std::fmt::Debug,
    {
        let mut image: Image<F, D2> = device.image([13, 5]).unwrap();
        image.clear(value).unwrap();
        assert_eq!(image.to_vec().unwrap(), texel.repeat(65));
        let mut image: Image<F, D2> = device.image([13, 5]).unwrap();
        image.clear_region([4, 1], [8, 3], value).unwrap();
        image.clear_region([0, 0], [0, 5], value).unwrap();
        let black = F::Element::default();
        for (k, element) in image.to_vec().unwrap().into_iter().enumerate() {
            let (x, y) = (k / F::ELEMENTS % 13, k / F::ELEMENTS / 13);
            let inside = (4..12).contains(&x) && (1..4).contains(&y);
            assert_eq!(element, if inside { texel[k % F::ELEMENTS] } else { black }, "[{x}, {y}]");
        }
    }
    check::<R8Unorm>(device, [1.0, 0.0, 0.0, 0.0], &[255]);
    check::<Rgba8Unorm>(device, [0.2, 0.4, 0.6, 1.0], &[51, 102, 153, 255]);
    check::<Rgb8Unorm>(device, [0.2, 0.4, 0.6, 1.0], &[51, 102, 153]);
    check::<Rgb8Unorm>(device, [0.2, 0.2, 0.2, 1.0], &[51, 51, 51]);
    check::<Rg16Float>(device, [1.0, -2.0, 0.0, 0.0], &[0x3c00, 0xc000]);
    check::<Rgba16Uint>(device, [1, 2, 3, 70_000], &[1, 2, 3, 65535]);
    check::<Rgba32Float>(device, [1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
    check::<Pixel<Rgb, Sint32>>(device, [-1, 2, -3, 4], &[-1, 2, -3]);
}

pub(crate) fn copies(device: &Device) {
    let whole = bytes(EXTENT.iter().product::<usize>() * 4);
    for [from_layout, to_layout] in layouts(EXTENT).into_iter().flat_map(|a| layouts(EXTENT).map(|b| [a, b])) {
        let mut from: Image<Rgba8Unorm, D3> = device.image_with_layout(EXTENT, from_layout).unwrap();
        from.write_from(&whole).unwrap();
        let mut to: Image<Rgba8Unorm, D3> = device.image_with_layout(EXTENT, to_layout).unwrap();
        to.copy_from(&from).unwrap();
        assert_eq!(to.to_vec().unwrap(), whole);
        let mut expected = whole.clone();
        for (start, extent) in REGIONS {
            let target = std::array::from_fn(|i| EXTENT[i] - extent[i] - start[i].min(EXTENT[i] - extent[i]));
            to.copy_region_from(target, &from, start, extent).unwrap();
            paste(&mut expected, EXTENT, target, extent, &cut(&whole, EXTENT, start, extent));
            assert_eq!(to.to_vec().unwrap(), expected, "{extent:?} from {start:?} to {target:?}");
        }
        drop(from);
    }
}

pub(crate) fn between_devices(device: &Device) {
    let data = bytes(12 * 9 * 4);
    let from: Image<Rgba8Unorm, D2> = device.image_from([12, 9], &data).unwrap();
    for other in Device::all() {
        let mut to: Image<Rgba8Unorm, D2> = other.image([12, 9]).unwrap();
        to.copy_from(&from).unwrap();
        assert_eq!(to.to_vec().unwrap(), data, "to {}", other.id());
        to.clear([0.0; 4]).unwrap();
        to.copy_region_from([1, 1], &from, [2, 3], [4, 5]).unwrap();
        let part = from.region_to_vec([2, 3], [4, 5]).unwrap();
        assert_eq!(to.region_to_vec([1, 1], [4, 5]).unwrap(), part, "to {}", other.id());
    }
}

pub(crate) fn to_and_from_buffers(device: &Device) {
    for layout in layouts(EXTENT) {
        let data = bytes(EXTENT.iter().product::<usize>() * 4);
        let buffer = device.buffer_from(&data).unwrap();
        let mut image: Image<Rgba8Unorm, D3> = device.image_with_layout(EXTENT, layout).unwrap();
        image.copy_from_buffer(&buffer).unwrap();
        assert_eq!(image.to_vec().unwrap(), data);
        let mut back = device.buffer::<u8>(data.len()).unwrap();
        image.copy_to_buffer(&mut back).unwrap();
        assert_eq!(back.to_vec().unwrap(), data);
    }
}

pub(crate) fn bad_sizes(device: &Device) {
    let message = |result: Result<(), Error>| result.unwrap_err().to_string();
    let empty = device.image::<Rgba8Unorm, D2>([4, 0]).map(drop);
    assert_eq!(message(empty), "the image has no texels along axis 1: [4, 0]");
    let long = device.image::<R8Unorm, D1>(usize::MAX).map(drop);
    assert!(message(long).contains(&format!("{} were asked for", usize::MAX)));
    let large = device.image::<Rgba32Float, D3>([1 << 25, 1 << 25, 1 << 25]).map(drop);
    assert!(matches!(large, Err(Error::Overflow { .. })), "{large:?}");

    let mut image: Image<Rgba8Unorm, D2> = device.image([4, 2]).unwrap();
    let expected = "writing an image: 32 elements on one side, 31 on the other";
    assert_eq!(message(image.write_from(&[0; 31])), expected);
    assert_eq!(
        message(device.image_from::<R8Unorm, D1>(3, &[0]).map(drop)),
        "writing an image: 3 elements on one side, 1 on the other"
    );
    assert!(matches!(image.read_into(&mut [0; 33]), Err(Error::LengthMismatch { left: 33, right: 32, .. })));
    let outside = image.read_region_into([1, 1], [2, 2], &mut [0; 16]);
    assert_eq!(message(outside), "reading a region: texels 1..3 along axis 1 are not inside an image that has 2 there");
    assert!(matches!(image.clear_region([0, 0], [5, 1], [0.0; 4]), Err(Error::ImageRegion { end: 5, size: 4, .. })));
    let other: Image<Rgba8Unorm, D2> = device.image([2, 4]).unwrap();
    let expected = "copying an image: [4, 2] texels on one side, [2, 4] on the other";
    assert_eq!(message(image.copy_from(&other)), expected);
    assert!(image.copy_region_from([3, 0], &other, [0, 0], [2, 1]).is_err());
    let pitched = device.image_with_layout::<Rgba8Unorm, D2>([4, 2], ImageLayout::new().row_pitch(18)).map(drop);
    assert!(matches!(pitched, Err(Error::ImagePitch { pitch: 18, multiple: 4, least: 16, .. })));
    // And nothing of that has done the image any harm.
    assert_eq!(image.to_vec().unwrap(), [0; 32]);
}

pub(crate) fn panics_follow_the_texels(device: &Device) {
    fn fails(item: WorkItem, mut image: PerItemTexel<R32Uint, D1>) {
        let i = item.global_id() as u32;
        if let Some(mut texel) = image.get_mut(&item) {
            assert!(i != 3, "texel three");
            texel.store([i, 0, 0, 0]);
        }
    }
    // A queue of its own, so that no other case hears of the panic.
    let queue = device.new_queue().unwrap();
    let mut image: Image<R32Uint, D1> = device.image(8).unwrap();
    device.launch_on(&queue, Grid::covering(8), fails, (&mut image,)).unwrap();
    let mut copy: Image<R32Uint, D1> = device.image(8).unwrap();
    copy.copy_from(&image).unwrap();
    match copy.to_vec() {
        Err(Error::KernelPanicked { message, .. }) => assert_eq!(message, "texel three"),
        other => panic!("{other:?}"),
    }
}
