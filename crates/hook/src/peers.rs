//! How many connections each address has open: no single one ever takes all places.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The bits of an IPv6 address that say whose it is: the rest is free to choose for whoever has it.
const NETWORK: u128 = !(u64::MAX as u128);

/// Addresses with open connections. As many as there are connections, at most.
pub(crate) struct Peers {
    open: Mutex<BTreeMap<IpAddr, usize>>,
    each_max: usize,
}

/// One connection of an address, until it is dropped.
pub(crate) struct Peer {
    peers: Arc<Peers>,
    address: IpAddr,
}

impl Peers {
    pub(crate) fn new(each_max: usize) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), each_max })
    }

    /// Counts a connection, unless its address has enough.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Peer> {
        let address = owner(address);
        let mut open = self.open();
        let count = open.entry(address).or_default();
        if *count >= self.each_max {
            return None;
        }
        *count = count.saturating_add(1);
        drop(open);
        Some(Peer { peers: Arc::clone(self), address })
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let mut open = self.peers.open();
        let left = open.remove(&self.address).unwrap_or_default().saturating_sub(1);
        if left > 0 {
            open.insert(self.address, left);
        }
    }
}

fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        short @ IpAddr::V4(_) => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(peers: &Arc<Peers>, address: &str) -> Option<Peer> {
        peers.admit(address.parse().unwrap())
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let peers = Peers::new(2);
        let first = admit(&peers, "192.0.2.1").unwrap();
        let _second = admit(&peers, "::ffff:192.0.2.1").unwrap();
        assert!(admit(&peers, "192.0.2.1").is_none());
        let _other = admit(&peers, "192.0.2.2").unwrap();
        drop(first);
        assert!(admit(&peers, "192.0.2.1").is_some());
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_nothing_is_kept_of_it() {
        let peers = Peers::new(1);
        let one = admit(&peers, "2001:db8::1").unwrap();
        assert!(admit(&peers, "2001:db8::ffff:2").is_none());
        let other = admit(&peers, "2001:db8:0:1::1").unwrap();
        drop((one, other));
        assert!(peers.open().is_empty());
    }
}
