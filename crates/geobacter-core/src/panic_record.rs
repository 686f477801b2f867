/// A panic whose message the compiler knew: written on the device in as few words as will do, and put into words by the
/// host, which has the list of the code's panic sites.
///
/// `repr(C)`; zero before the launch, and zero is what is not written: axes that the grid does not have, numbers that the
/// message does not hold.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanicRecord {
    /// 1 once it is written.
    pub recorded: u32,
    /// Which of the code's panic sites, from 0.
    pub site: u32,
    /// Along each axis: the position of the work-item in its work-group, and of the work-group in the grid.
    pub place: [[u32; 2]; 3],
    /// What stands for the `{}` of the site's message, in order.
    pub numbers: [u64; 3],
}
