//! Passwords and tokens.

use std::sync::Mutex;

use argon2::password_hash::phc::Output;
use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, PasswordHasher, Version};
use hmac::{Hmac, KeyInit, Mac};
use junheng_core::text::Text;
use ring::aead;
use sha2::{Digest, Sha256};

use super::problem::Problem;

/// Fewest characters of a password.
const SHORTEST: usize = 10;
/// Most bytes of a password: hashing a book would hold up the others.
const LONGEST: usize = 256;
/// Fewest of: small letters, capitals, digits, others.
const CLASSES: usize = 3;
/// Beginnings and wholes that everybody tries first.
const COMMON: &[&str] = &[
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "qwerty", "admin", "123456", "abc123",
    "1q2w3e", "iloveyou", "welcome", "letmein", "junheng", "jiaoyu", "woaini", "aa123456",
];

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Problem::because("random"))?;
    Ok(bytes)
}

/// 256 random bits in hexadecimal.
pub(crate) fn token() -> Result<String, Problem> {
    Ok(hex(&bytes::<32>()?))
}

/// An id: 128 random bits in hexadecimal.
pub(crate) fn id() -> Result<String, Problem> {
    token().map(|t| t[..32].to_owned())
}

/// What the store keeps of a token.
pub(crate) fn token_hash(token: &str) -> String {
    sha256(token.as_bytes())
}

/// What bytes are known by.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Whether a text is written like an identity number (GB 11643-1999): 17 digits and the check digit.
pub(crate) fn is_identity(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let places: Vec<char> = text.chars().collect();
    let Some((last, digits)) = places.split_last().filter(|(_, d)| d.len() == 17) else {
        return false;
    };
    let sum: Option<u32> = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(c, w)| Some(c.to_digit(10)? * w))
        .sum();
    sum.and_then(|sum| CHECK.get(sum as usize % 11)) == Some(last)
}

/// What is kept of an identity number: the same for the same number, and nobody who lacks the key of the
/// store finds the number by trying all there are.
pub(crate) fn identity(key: &[u8; 32], number: &str) -> Result<String, Problem> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(Problem::because("key"))?;
    mac.update(b"identity\n");
    mac.update(number.as_bytes());
    Ok(hex(&mac.finalize().into_bytes()))
}

/// How a sealed text begins.
const SEALED: &str = "sealed:";

/// Whether a text of the store is sealed.
pub(crate) fn is_sealed(kept: &str) -> bool {
    kept.starts_with(SEALED)
}

/// A secret as the store keeps it, for one purpose.
pub(crate) fn seal(key: &[u8; 32], purpose: &str, secret: &[u8]) -> Result<String, Problem> {
    let nonce = bytes::<{ aead::NONCE_LEN }>()?;
    let mut sealed = secret.to_vec();
    aead::UnboundKey::new(&aead::AES_256_GCM, key)
        .map(aead::LessSafeKey::new)
        .and_then(|k| {
            let nonce = aead::Nonce::assume_unique_for_key(nonce);
            k.seal_in_place_append_tag(nonce, aead::Aad::from(purpose), &mut sealed)
        })
        .map_err(Problem::because("seal"))?;
    Ok(format!("{SEALED}{}{}", hex(&nonce), hex(&sealed)))
}

/// A secret that the store kept, also from before secrets were sealed.
pub(crate) fn unseal(key: &[u8; 32], purpose: &str, kept: &str) -> Result<Vec<u8>, Problem> {
    let Some(sealed) = kept.strip_prefix(SEALED) else {
        return Ok(unhex(kept));
    };
    let mut sealed = unhex(sealed);
    let rest = sealed.split_off(aead::NONCE_LEN.min(sealed.len()));
    let mut rest = rest;
    aead::Nonce::try_assume_unique_for_key(&sealed)
        .and_then(|nonce| {
            let key = aead::LessSafeKey::new(aead::UnboundKey::new(&aead::AES_256_GCM, key)?);
            let plain = key.open_in_place(nonce, aead::Aad::from(purpose), &mut rest)?;
            Ok(plain.to_vec())
        })
        .map_err(Problem::because("unseal"))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The bytes of a hexadecimal text of ours.
pub(crate) fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: char| c.to_digit(16).unwrap_or_default() as u8;
    let digits: Vec<u8> = text.chars().map(digit).collect();
    digits
        .chunks(2)
        .map(|d| d.iter().fold(0, |byte, d| byte << 4 | d))
        .collect()
}

/// Argon2id of a password, with its salt and parameters. Takes tens of milliseconds: run it on a
/// blocking thread.
pub(crate) fn hash(password: &str) -> Result<String, Problem> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|h| h.to_string())
        .map_err(Problem::because("argon2"))
}

/// The memory that passwords were tried in, to be used again: an allocator keeps for each of many threads what
/// it once gave it.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Whether a password belongs to a hash.
pub(crate) fn holds(password: &str, hash: &str) -> bool {
    password.len() <= LONGEST && belongs(password.as_bytes(), hash) == Some(true)
}

fn belongs(password: &[u8], hash: &str) -> Option<bool> {
    let kept = PasswordHash::new(hash).ok()?;
    let (salt, output) = (kept.salt?, kept.hash?);
    let algorithm = Algorithm::try_from(kept.algorithm.as_str()).ok()?;
    let version = Version::try_from(kept.version?).ok()?;
    let argon = Argon2::new(algorithm, version, Params::try_from(&kept).ok()?);
    let mut memory = MEMORY.lock().ok()?.pop().unwrap_or_default();
    memory.resize(argon.params().block_count(), Block::default());
    let mut found = vec![0; output.len()];
    let done = argon.hash_password_into_with_memory(password, &salt, &mut found, &mut memory);
    MEMORY.lock().ok()?.push(memory);
    done.ok()?;
    // Two of these are compared in constant time.
    Some(Output::new(&found).ok()? == output)
}

/// Why a password will not do; nothing where it will.
pub(crate) fn weakness(password: &str, login: &str) -> Option<Text> {
    let classes: [fn(&char) -> bool; 4] = [
        char::is_ascii_lowercase,
        char::is_ascii_uppercase,
        char::is_ascii_digit,
        |c| !c.is_ascii_alphanumeric(),
    ];
    let used = classes
        .iter()
        .filter(|class| password.chars().any(|c| class(&c)))
        .count();
    let plain = password.to_lowercase();
    if password.chars().count() < SHORTEST {
        return Some(Text::new(
            format!("密码至少 {SHORTEST} 个字符"),
            format!("a password has at least {SHORTEST} characters"),
        ));
    }
    if password.len() > LONGEST {
        return Some(Text::new("密码太长", "the password is too long"));
    }
    if used < CLASSES {
        return Some(Text::new(
            "密码须含小写字母、大写字母、数字、其他符号中的至少三类",
            "a password mixes at least three of small letters, capitals, digits and other signs",
        ));
    }
    let guessable = COMMON.iter().any(|c| plain.starts_with(c))
        || (!login.is_empty() && plain.contains(&login.to_lowercase()));
    guessable.then(|| {
        Text::new(
            "密码太常见，或含有用户名",
            "the password is a common one, or contains the login",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_1_identity_numbers() {
        assert!(is_identity("11010519491231002X") && is_identity("440524188001010014"));
        for wrong in [
            "110105194912310021",
            "11010519491231002",
            "1101051949123100２X",
            "",
            "x",
        ] {
            assert!(!is_identity(wrong), "{wrong}");
        }
        let kept = identity(&[1; 32], "11010519491231002X").unwrap();
        assert_eq!(kept, identity(&[1; 32], "11010519491231002X").unwrap());
        assert_ne!(kept, identity(&[2; 32], "11010519491231002X").unwrap());
    }

    #[test]
    fn statement_41_secrets_are_sealed() {
        let kept = seal(&[1; 32], "factor a", b"twenty bytes of this").unwrap();
        assert_eq!(
            unseal(&[1; 32], "factor a", &kept).unwrap(),
            b"twenty bytes of this"
        );
        assert!(unseal(&[2; 32], "factor a", &kept).is_err());
        assert!(unseal(&[1; 32], "factor b", &kept).is_err());
        assert!(unseal(&[1; 32], "factor a", "sealed:00").is_err());
        assert_eq!(unseal(&[1; 32], "factor a", "0a0b").unwrap(), [10, 11]);
    }

    #[test]
    fn statement_3_passwords() {
        for weak in [
            "Ab1!",
            "abcdefghij",
            "abcdefghi1",
            "Password123!",
            "x1A-lihua-x",
        ] {
            assert!(weakness(weak, "lihua").is_some(), "{weak}");
        }
        assert!(weakness("Lan-tian-2025", "lihua").is_none());
        assert!(weakness("清溪河边的柳树Aa1", "lihua").is_none());
        let hash = hash("Lan-tian-2025").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(holds("Lan-tian-2025", &hash));
        assert!(!holds("Lan-tian-2026", &hash));
    }
}
