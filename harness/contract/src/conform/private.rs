//! Files that only their owner may read, and that one process at a time may write: they hold what an org answered.

use std::fs::{File, OpenOptions};

/// Opens files for appending; new ones are the owner's alone, where the system knows owners.
pub(super) fn appending() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    #[cfg(windows)]
    {
        use std::os::windows::fs::OpenOptionsExt as _;
        /// Others may remove the file, and neither read nor write it.
        const FILE_SHARE_DELETE: u32 = 4;
        options.share_mode(FILE_SHARE_DELETE);
    }
    options
}

/// Keeps a file for this process until it is closed, or the process ends in whatever way; `false` when another one
/// has it. A file system without locks leaves it to the user.
#[cfg(unix)]
pub(super) fn claim(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive) != Err(rustix::io::Errno::WOULDBLOCK)
}

/// Opening it has claimed it already.
#[cfg(not(unix))]
pub(super) const fn claim(_: &File) -> bool {
    true
}
