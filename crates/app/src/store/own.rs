//! Folders and files that nobody else on the machine reads.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder; one that is there is left as it is.
///
/// # Errors
/// It cannot be made.
pub(crate) fn own_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(path)
}

/// Makes an empty file, or empties the one that is there.
///
/// # Errors
/// It cannot be written.
pub(crate) fn own_file(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.write(true).create(true).truncate(true).open(path)
}
