//! One-time codes of a telephone: TOTP, RFC 6238, with SHA-1, 30 seconds and six digits, which every
//! authenticator knows.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::problem::Problem;
use super::secret;
use crate::store::{Millis, Sealed};

/// Seconds that a code holds.
const STEP: i64 = 30;
/// Steps that a telephone's clock may differ.
const DRIFT: i64 = 1;

/// The code of a time step, with so many digits.
fn code(secret: &[u8], step: i64, digits: u32) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last()? & 0x0f);
    let four: [u8; 4] = hash.get(at..at + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10u32.pow(digits);
    Some(format!("{number:0width$}", width = digits as usize))
}

/// The time step that a code belongs to, if it is of now or of a step beside.
pub(crate) fn step_of(secret: &[u8], given: &str, now: Millis) -> Option<i64> {
    let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.div_euclid(STEP * 1000);
    (step - DRIFT..=step + DRIFT).find(|s| code(secret, *s, 6).as_deref() == Some(given.as_str()))
}

/// The secret of an account's telephone as the store keeps it.
pub(crate) fn seal(key: &[u8; 32], account: &str, bytes: &[u8]) -> Result<String, Problem> {
    secret::seal(key, &Sealed::Factor.purpose(account), bytes)
}

/// The secret that the store kept.
pub(crate) fn unseal(key: &[u8; 32], account: &str, kept: &str) -> Result<Vec<u8>, Problem> {
    secret::unseal(key, &Sealed::Factor.purpose(account), kept)
}

/// The code of now, for tests that log in.
#[cfg(test)]
pub(crate) fn now(secret: &[u8], now: Millis) -> String {
    code(secret, now.div_euclid(STEP * 1000), 6).unwrap()
}

/// Bytes in the letters that authenticators take (RFC 4648, without padding).
pub(crate) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let mut five = [0u8; 8];
            five[3..3 + chunk.len()].copy_from_slice(chunk);
            let bits = u64::from_be_bytes(five);
            let letters = (chunk.len() * 8).div_ceil(5);
            (0..letters).map(move |n| {
                let at = (bits >> (35 - 5 * n)) & 31;
                char::from(LETTERS[at as usize])
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 6238, appendix B.
    #[test]
    fn statement_5_codes_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000_i64, "65353130"),
        ] {
            assert_eq!(code(secret, seconds / STEP, 8).unwrap(), expected);
            let six = &expected[2..];
            assert_eq!(step_of(secret, six, seconds * 1000), Some(seconds / STEP));
            assert_eq!(step_of(secret, six, (seconds + 2 * STEP) * 1000), None);
        }
        assert_eq!(step_of(secret, "", 0), None);
    }

    /// The vectors of RFC 4648, section 10.
    #[test]
    fn letters_of_the_standard() {
        for (bytes, letters) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), letters);
        }
    }
}
