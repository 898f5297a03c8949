//! Backups that nobody can read without their key: AES-256-GCM over pieces, each with its place and
//! whether it is the last, so that none can be left out, doubled or moved.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};

use super::own::own_file;

/// How a sealed file begins; then the random part of the nonces.
const MAGIC: &[u8; 8] = b"JHSEAL1\n";
/// Bytes of the random part: what follows are four of the place and one for the last piece.
const RANDOM: usize = NONCE_LEN - 5;
/// Bytes of a piece before it is sealed.
const PIECE: usize = 1 << 20;
/// Fewest bytes of a key file.
const SHORTEST: usize = 32;

/// The key of a backup, made of all bytes of a file that the site keeps elsewhere.
#[derive(Clone)]
pub(crate) struct Key(LessSafeKey);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

fn broken(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

impl Key {
    /// Reads a key file.
    ///
    /// # Errors
    /// It cannot be read, or is too short to be a key.
    pub(crate) fn read(file: &Path) -> io::Result<Self> {
        let bytes = std::fs::read(file)?;
        let bytes = bytes.trim_ascii();
        if bytes.len() < SHORTEST {
            return Err(broken("too short for a key"));
        }
        Self::new(&Sha256::digest(bytes))
    }

    /// A key of 32 bytes.
    pub(crate) fn new(bytes: &[u8]) -> io::Result<Self> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_unspecified| broken("key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    fn nonce(random: &[u8], place: u32, last: bool) -> io::Result<Nonce> {
        let mut nonce = random.to_vec();
        nonce.extend(place.to_be_bytes());
        nonce.push(u8::from(last));
        Nonce::try_assume_unique_for_key(&nonce).map_err(|_unspecified| broken("nonce"))
    }

    /// Seals a file into another.
    ///
    /// # Errors
    /// One of them cannot be read or written.
    pub(crate) fn seal(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut from = BufReader::new(File::open(from)?);
        let mut to = BufWriter::new(own_file(to)?);
        to.write_all(MAGIC)?;
        to.write_all(&random)?;
        let mut piece = read(&mut from, PIECE)?;
        for place in 0.. {
            let next = read(&mut from, PIECE)?;
            let last = next.is_empty();
            let nonce = Self::nonce(&random, place, last)?;
            self.0
                .seal_in_place_append_tag(nonce, Aad::from(MAGIC), &mut piece)
                .map_err(|_unspecified| broken("seal"))?;
            to.write_all(&piece)?;
            if last {
                break;
            }
            piece = next;
        }
        to.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }

    /// Opens a sealed file into another.
    ///
    /// # Errors
    /// The key is another one, the file was changed or cut, or one of them cannot be read or written.
    pub(crate) fn open(&self, from: &Path, to: &Path) -> io::Result<()> {
        let whole = PIECE + AES_256_GCM.tag_len();
        let mut from = BufReader::new(File::open(from)?);
        let head = read(&mut from, MAGIC.len() + RANDOM)?;
        let random = head.strip_prefix(MAGIC).filter(|r| r.len() == RANDOM);
        let random = random.ok_or_else(|| broken("not sealed"))?;
        let mut to = BufWriter::new(own_file(to)?);
        let mut piece = read(&mut from, whole)?;
        for place in 0.. {
            let next = read(&mut from, whole)?;
            let last = next.is_empty();
            let nonce = Self::nonce(random, place, last)?;
            let plain = self
                .0
                .open_in_place(nonce, Aad::from(MAGIC), &mut piece)
                .map_err(|_unspecified| broken("another key, or changed"))?;
            to.write_all(plain)?;
            if last {
                break;
            }
            piece = next;
        }
        to.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }
}

/// Puts a fresh file in its place, whole or not at all; sealed where there is a key.
///
/// # Errors
/// It cannot be read, sealed or moved.
pub(crate) fn put(fresh: &Path, place: &Path, key: Option<&Key>) -> io::Result<()> {
    let Some(key) = key else {
        return std::fs::rename(fresh, place);
    };
    let sealed = fresh.with_extension("sealed");
    let done = key
        .seal(fresh, &sealed)
        .and_then(|()| std::fs::rename(&sealed, place));
    // What is left of either is no backup.
    for left in [&sealed, fresh] {
        drop(std::fs::remove_file(left));
    }
    done
}

/// So many bytes, or what is left.
fn read(from: &mut impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file is sealed.
pub(crate) fn is_sealed(file: &Path) -> io::Result<bool> {
    Ok(read(&mut File::open(file)?, MAGIC.len())? == MAGIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_36_a_sealed_backup_opens_with_its_key_alone() {
        let folder = std::env::temp_dir().join(format!("junheng-sealed-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let [plain, sealed, opened] = ["plain", "sealed", "opened"].map(|n| folder.join(n));
        let (key, other) = (Key::new(&[7; 32]).unwrap(), Key::new(&[8; 32]).unwrap());
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            std::fs::write(&plain, &bytes).unwrap();
            key.seal(&plain, &sealed).unwrap();
            assert!(is_sealed(&sealed).unwrap() && !is_sealed(&plain).unwrap());
            key.open(&sealed, &opened).unwrap();
            assert!(std::fs::read(&opened).unwrap() == bytes, "{size}");
            assert!(other.open(&sealed, &opened).is_err());
            let whole = std::fs::read(&sealed).unwrap();
            assert!(size < 64 || !whole.windows(64).any(|w| w == &bytes[..64]));
            // A changed byte, a piece cut off or doubled.
            let mut changed = whole.clone();
            *changed.last_mut().unwrap() ^= 1;
            let cut = whole[..whole.len().min(MAGIC.len() + RANDOM + PIECE + 16)].to_vec();
            let doubled = [&whole[..], &whole[MAGIC.len() + RANDOM..]].concat();
            for bad in [changed, cut, doubled] {
                std::fs::write(&sealed, &bad).unwrap();
                assert!(
                    bad == whole || key.open(&sealed, &opened).is_err(),
                    "{size}"
                );
            }
        }
        std::fs::write(&plain, "short").unwrap();
        assert!(Key::read(&plain).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
