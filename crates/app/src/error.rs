//! How a command can end other than well.

use std::path::Path;

use junheng_core::finding::Finding;
use junheng_core::text::Text;

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Unusable arguments: exit status 2.
    Usage(Text),
    /// The input is unusable, with all findings: exit status 3.
    Refused(Vec<Finding>),
    /// A file that the system refused, said whole and only why: exit status 1.
    File { said: Text, why: Text },
    /// Anything else: exit status 1.
    Other(Text),
}

impl Failure {
    pub(crate) fn usage(message: Text) -> Self {
        Self::Usage(message)
    }

    /// A file that could not be written or read, in plain words.
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        let kept = Text::new(
            "没有写入任何内容；请检查路径后重试。",
            "Nothing was written; check the path and try again.",
        );
        Self::refused_by_system(path, error, &kept)
    }

    /// The same of one of the files of several years: those before it stay.
    pub(crate) fn year(path: &Path, error: &std::io::Error) -> Self {
        let kept = Text::new(
            "它没有写入；已写好的年份是完整的，排除原因后请再次运行。",
            "It was not written; the years written before are whole. Mend the cause and run it again.",
        );
        Self::refused_by_system(path, error, &kept)
    }

    fn refused_by_system(path: &Path, error: &std::io::Error, kept: &Text) -> Self {
        use std::io::ErrorKind;
        let (zh, en) = match error.kind() {
            ErrorKind::NotFound => ("文件夹或文件不存在", "there is no such file or folder"),
            ErrorKind::PermissionDenied => ("没有权限", "permission is denied"),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => ("磁盘已满", "the disk is full"),
            ErrorKind::FileTooLarge => {
                ("文件超过系统允许的大小", "the file is larger than allowed")
            }
            ErrorKind::AlreadyExists => ("已经存在", "it exists already"),
            ErrorKind::IsADirectory => ("这是一个文件夹", "it is a folder"),
            ErrorKind::NotADirectory => {
                ("路径中有一段不是文件夹", "a part of the path is no folder")
            }
            ErrorKind::ReadOnlyFilesystem => ("文件系统只读", "the file system is read-only"),
            _ => ("系统不允许", "the system refused"),
        };
        let path = path.display();
        Self::File {
            said: Text::new(
                format!("{path}：{zh}。{}", kept.zh),
                format!("{path}: {en}. {}", kept.en),
            ),
            why: Text::new(zh, en),
        }
    }
}
