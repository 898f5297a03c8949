//! The site's key: a file of 32 random bytes, in the data folder or wherever the site keeps it. Secrets
//! of the store are sealed under it; a copy of the database without it gives none of them away.

use std::path::{Path, PathBuf};

use junheng_intake::write;

use super::problem::Problem;
use super::secret::{bytes, hex, seal, unhex, unseal};
use crate::store::{Deed, Millis, SEALED, Sealed, Store};

/// A key as it is used.
pub(crate) type Key = [u8; 32];

/// The key that identity numbers are told apart with; it stays when the site's key changes, because of
/// the numbers only its marks are kept.
const IDENTITY: &str = "identity";

/// The keys of a running server.
pub(crate) struct Keys {
    pub(crate) site: Key,
    /// `None` where the site's key is not the one that the store was sealed under.
    pub(crate) identity: Option<Key>,
}

/// The key of a file, made where there is none.
///
/// # Errors
/// The file cannot be read or written, or is none of ours.
pub(crate) fn read(file: &Path) -> std::io::Result<Key> {
    if !file.exists() {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(std::io::Error::other)?;
        keep(file, &fresh)?;
    }
    let text = std::fs::read_to_string(file)?;
    let wrong = |_| std::io::Error::new(std::io::ErrorKind::InvalidData, "key");
    unhex(text.trim()).try_into().map_err(wrong)
}

/// Writes a key that only its owner reads.
fn keep(file: &Path, key: &Key) -> std::io::Result<()> {
    write::write_file(file, hex(key).as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Where the next key waits until everything is sealed under it.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    file.with_file_name(name)
}

/// The keys of a store.
///
/// # Errors
/// The file cannot be used, or the store not be read.
pub(crate) async fn open(store: &Store, file: &Path) -> Result<Keys, Problem> {
    let site = read(file).map_err(Problem::because("key"))?;
    if let Some(identity) = identity(store, &site).await? {
        return Ok(Keys {
            site,
            identity: Some(identity),
        });
    }
    // A rotation that was broken off after everything had been sealed anew.
    let next = beside(file, ".new");
    if next.exists() {
        let fresh = read(&next).map_err(Problem::because("key"))?;
        if let Some(identity) = identity(store, &fresh).await? {
            take_over(file).map_err(Problem::because("key"))?;
            return Ok(Keys {
                site: fresh,
                identity: Some(identity),
            });
        }
    }
    Ok(Keys {
        site,
        identity: None,
    })
}

/// The key of identity numbers, made at the first start; nothing where another key sealed it.
async fn identity(store: &Store, site: &Key) -> Result<Option<Key>, Problem> {
    let purpose = Sealed::Key.purpose(IDENTITY);
    if store.store_key(IDENTITY).await?.is_none() {
        // Before the store had keys of its own, the site's key was used.
        let fresh = match store.has_accounts().await? {
            true => *site,
            false => bytes()?,
        };
        let mut change = store.change().await?;
        let sealed = seal(site, &purpose, &fresh)?;
        change.add_store_key(IDENTITY, &sealed).await?;
        change.commit().await?;
    }
    let kept = store.store_key(IDENTITY).await?;
    let kept = kept.ok_or_else(|| Problem::internal("key"))?;
    let key = unseal(site, &purpose, &kept).ok();
    Ok(key.and_then(|k| k.try_into().ok()))
}

/// The new key takes the old one's place, which stays beside it for older backups.
fn take_over(file: &Path) -> std::io::Result<()> {
    std::fs::rename(file, beside(file, ".old"))?;
    std::fs::rename(beside(file, ".new"), file)
}

/// Seals everything under a new key, which takes the place of the old one in its file. With `lost` the
/// old key is not asked: what it sealed is forgotten. Gives how many secrets were sealed anew.
///
/// # Errors
/// The file's key is not the store's, or something cannot be written; then the old key still holds.
pub(crate) async fn rotate(
    store: &Store,
    file: &Path,
    lost: bool,
    now: Millis,
) -> Result<usize, Problem> {
    let old = open(store, file).await?;
    if old.identity.is_none() && !lost {
        return Err(Problem::conflict(
            "密钥文件不是封存这个数据库的密钥，没有改动；请放回原来的密钥文件，确已丢失的用 --lost",
            "the key file is not the key of this database, nothing was changed; put the right one back, or say --lost",
        ));
    }
    let fresh: Key = bytes()?;
    keep(&beside(file, ".new"), &fresh).map_err(Problem::because("key"))?;
    let mut change = store.change().await?;
    if lost {
        change.forget_sealed().await?;
    }
    let mut sealed = 0;
    for which in SEALED {
        for (row, kept) in change.sealed(which).await? {
            let purpose = which.purpose(&row);
            // Telephone numbers were plain once.
            let plain = match which {
                Sealed::Phone => phone(&old.site, &row, &kept)?.into_bytes(),
                Sealed::Key | Sealed::Factor => unseal(&old.site, &purpose, &kept)?,
            };
            let kept = seal(&fresh, &purpose, &plain)?;
            change.put_sealed(which, &row, &kept).await?;
            sealed += 1;
        }
    }
    let deed = Deed {
        action: "key.rotate",
        object: "key",
        result: if lost { "lost" } else { "done" },
        ..Deed::default()
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    take_over(file).map_err(Problem::because("key"))?;
    Ok(sealed)
}

/// A telephone number as the store keeps it.
pub(crate) fn seal_phone(key: &Key, account: &str, phone: &str) -> Result<String, Problem> {
    if phone.is_empty() {
        return Ok(String::new());
    }
    seal(key, &Sealed::Phone.purpose(account), phone.as_bytes())
}

/// The telephone number that the store kept, also from before they were sealed.
///
/// # Errors
/// It was sealed under another key.
pub(crate) fn phone(key: &Key, account: &str, kept: &str) -> Result<String, Problem> {
    if !super::secret::is_sealed(kept) {
        return Ok(kept.to_owned());
    }
    let plain = unseal(key, &Sealed::Phone.purpose(account), kept)?;
    String::from_utf8(plain).map_err(Problem::because("phone"))
}
