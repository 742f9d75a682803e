//! Network identifiers: IPv4 and IPv6 (RFC 791, RFC 5952; special ranges of RFC 6890), MAC (IEEE 802).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Strength::Structure, Validator, Verdict};

pub(super) const FAMILY: &[Validator] = &[
    Validator::new("ip", "https://www.rfc-editor.org/rfc/rfc6890", ip),
    Validator::new("mac", "https://standards.ieee.org/products-programs/regauth/ (EUI-48)", mac),
];

fn ip(bytes: &[u8]) -> Verdict {
    let address = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
    Structure.when(match address {
        Some(IpAddr::V4(address)) => is_public_v4(address),
        Some(IpAddr::V6(address)) => is_public_v6(address),
        None => false,
    })
}

// Private, shared, loopback, documentation and benchmark ranges belong to nobody; a first octet
// below 10 with small others is more likely a version number.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, fourth] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmark = first == 198 && matches!(second, 18 | 19);
    let protocols = first == 192 && second == 0 && third == 0;
    let version = first < 10 && second < 30 && third < 30 && fourth < 30;
    let resolver = matches!(
        [first, second, third, fourth],
        [8, 8, 8 | 4, 8 | 4] | [1, 1 | 0, 1 | 0, 1] | [9, 9, 9, 9]
    );
    !(first == 0
        || first >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || shared
        || benchmark
        || protocols
        || version
        || resolver)
}

// Only global unicast (2000::/3), without documentation (2001:db8::/32, 3fff::/20) and resolvers.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let documentation =
        (first == 0x2001 && second == 0xDB8) || (first == 0x3FFF && second < 0x1000);
    let special = first == 0x2001 && second < 0x200;
    first & 0xE000 == 0x2000 && !documentation && !special
}

// Six pairs with one kind of separator, or three groups of four with dots; not broadcast, zero,
// multicast, or the range for documentation (00:00:5e:00:53).
fn mac(bytes: &[u8]) -> Verdict {
    let separator = bytes.iter().copied().find(|byte| b":-.".contains(byte)).unwrap_or(b':');
    let width = if separator == b'.' { 4 } else { 2 };
    let mut groups = bytes.split(|&byte| byte == separator);
    let shaped =
        groups.all(|group| group.len() == width && group.iter().all(u8::is_ascii_hexdigit));
    let mut digits =
        bytes.iter().filter(|byte| byte.is_ascii_hexdigit()).map(u8::to_ascii_lowercase);
    let mut address = [0; 12];
    let filled = address.iter_mut().zip(&mut digits).map(|(slot, digit)| *slot = digit).count();
    let first = address.first();
    let multicast = matches!(address[1], b'1' | b'3' | b'5' | b'7' | b'9' | b'b' | b'd' | b'f');
    Structure.when(
        shaped
            && filled == 12
            && digits.next().is_none()
            && !multicast
            && !address.starts_with(b"00005e0053")
            && &address != b"001122334455"
            && &address != b"aabbccddeeff"
            && !address.iter().all(|digit| Some(digit) == first),
    )
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn only_addresses_of_somebody_hold() {
        cases(
            "ip",
            &["93.184.216.34", "2606:4700:20::681a:be2", "172.32.0.1"],
            &[
                "10.0.0.1",
                "192.168.1.1",
                "127.0.0.1",
                "192.0.2.7",
                "203.0.113.9",
                "8.8.8.8",
                "1.2.3.4",
                "255.255.255.255",
                "2001:db8::1",
                "::1",
                "fe80::1",
                "300.1.1.1",
                "1.1",
                "",
            ],
        );
        cases(
            "mac",
            &["3c:22:fb:12:9a:01", "3C-22-FB-12-9A-01", "3c22.fb12.9a01"],
            &[
                "ff:ff:ff:ff:ff:ff",
                "00:00:00:00:00:00",
                "00:00:5e:00:53:01",
                "3c:22:fb:12:9a",
                "3c:22-fb:12:9a:01",
                "",
            ],
        );
    }
}
