//! Merkle trees as in RFC 6962, section 2.1, over SHA-256, built by adding leaves at the end.

use crate::store::audit_chain::{Hash, sha256};

/// The hash of a leaf.
pub fn leaf(data: &[u8]) -> Hash {
    sha256(&[&[0], data].concat())
}

fn node(left: &Hash, right: &Hash) -> Hash {
    sha256(&[[1].as_slice(), left, right].concat())
}

/// A tree, of which only the roots of the complete subtrees are kept, the largest first: enough to add leaves and to
/// tell the root. Of leaves that are marked the way to the root grows along with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    nodes: Vec<Hash>,
    marks: Vec<Mark>,
}

/// A marked leaf: below which of the kept roots it is, and the hashes beside its way up to there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    place: u64,
    node: usize,
    path: Vec<Hash>,
}

/// The root above a leaf that has a place in a tree of some size, by the hashes beside its way, the nearest first (RFC 6962,
/// 2.1.1); nothing where so many hashes lead nowhere.
pub fn root_above(leaf: Hash, (place, size): (u64, u64), path: &[Hash]) -> Option<Hash> {
    let mut last = size.checked_sub(1).filter(|last| place <= *last)?;
    let (mut at, mut root) = (place, leaf);
    for beside in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node(beside, &root);
            // The last subtree has no brother on levels that it does not fill.
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            root = node(&root, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

impl Frontier {
    /// Reads back what [`bytes`](Self::bytes) wrote; `None` when it does not fit the number of leaves.
    pub fn read(size: u64, bytes: &[u8]) -> Option<Self> {
        let nodes: Vec<Hash> = bytes.chunks(32).map(Hash::try_from).collect::<Result<_, _>>().ok()?;
        // One complete subtree for each bit that is set.
        let fits = u32::try_from(nodes.len()).is_ok_and(|count| count == size.count_ones());
        fits.then_some(Self {
            size,
            nodes,
            marks: Vec::new(),
        })
    }

    /// What is kept, as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        self.nodes.concat()
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut right = leaf;
        for _ in 0..self.size.trailing_ones() {
            let Some(left) = self.nodes.pop() else { break };
            self.join(self.nodes.len(), &left, &right);
            right = node(&left, &right);
        }
        self.nodes.push(right);
        self.size += 1;
    }

    /// Adds a leaf of which the way to the root is wanted.
    pub fn push_marked(&mut self, leaf: Hash) {
        self.marks.push(Mark {
            place: self.size,
            node: self.nodes.len(),
            path: Vec::new(),
        });
        self.push(leaf);
    }

    /// Two subtrees become one at a place among the kept roots; the marks are in the order of their leaves.
    fn join(&mut self, at: usize, left: &Hash, right: &Hash) {
        for mark in self.marks.iter_mut().rev().take_while(|mark| mark.node >= at) {
            mark.path.push(if mark.node == at { *right } else { *left });
            mark.node = at;
        }
    }

    /// The places of the marked leaves with the hashes beside their ways to the root, the nearest first.
    pub fn paths(&self) -> Vec<(u64, Vec<Hash>)> {
        let mut whole = self.clone();
        while let Some(right) = whole.nodes.pop() {
            let Some(left) = whole.nodes.pop() else { break };
            whole.join(whole.nodes.len(), &left, &right);
            whole.nodes.push(node(&left, &right));
        }
        whole.marks.into_iter().map(|mark| (mark.place, mark.path)).collect()
    }

    /// The root.
    pub fn root(&self) -> Hash {
        let mut nodes = self.nodes.iter().rev();
        match nodes.next() {
            None => sha256(b""),
            Some(last) => nodes.fold(*last, |right, left| node(left, &right)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the RFC defines it.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => sha256(b""),
            [only] => *only,
            _ => {
                let left = leaves.len().next_power_of_two() / 2;
                node(&by_definition(&leaves[..left]), &by_definition(&leaves[left..]))
            }
        }
    }

    fn hex(hash: &Hash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The vectors that implementations of Certificate Transparency share.
    #[test]
    fn the_roots_are_those_of_rfc_6962() {
        let leaves: [&[u8]; 8] = [
            &[],
            &[0],
            &[0x10],
            &[0x20, 0x21],
            &[0x30, 0x31],
            &[0x40, 0x41, 0x42, 0x43],
            &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            &[
                0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f,
            ],
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Frontier::default();
        assert_eq!(hex(&tree.root()), roots[0]);
        for (data, root) in leaves.iter().zip(&roots[1..]) {
            tree.push(leaf(data));
            assert_eq!(hex(&tree.root()), *root);
        }
    }

    #[test]
    fn a_tree_that_grows_is_the_tree_by_definition() {
        let leaves: Vec<Hash> = (0..200_u32).map(|n| leaf(&n.to_be_bytes())).collect();
        let mut tree = Frontier::default();
        for size in 0..=leaves.len() {
            assert_eq!(tree.root(), by_definition(&leaves[..size]), "{size} leaves");
            let read = Frontier::read(tree.size(), &tree.bytes());
            assert_eq!(read.as_ref(), Some(&tree));
            if let Some(next) = leaves.get(size) {
                tree.push(*next);
            }
        }
    }

    /// As the RFC defines it.
    fn path_by_definition(place: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() < 2 {
            return Vec::new();
        }
        let left = leaves.len().next_power_of_two() / 2;
        let (mut path, beside) = if place < left {
            (path_by_definition(place, &leaves[..left]), &leaves[left..])
        } else {
            (path_by_definition(place - left, &leaves[left..]), &leaves[..left])
        };
        path.push(by_definition(beside));
        path
    }

    #[test]
    fn ways_are_those_of_rfc_6962_and_lead_from_nowhere_else() {
        let leaves: Vec<Hash> = (0..70_u32).map(|n| leaf(&n.to_be_bytes())).collect();
        // Some leaves were there before, of which only the frontier is known.
        for known in [0, 1, 2, 5, 8, 31, 64] {
            let mut before = Frontier::default();
            leaves[..known].iter().for_each(|leaf| before.push(*leaf));
            let mut tree = Frontier::read(before.size(), &before.bytes()).unwrap();
            for size in known + 1..=leaves.len() {
                // Every third one is marked.
                let new = leaves[size - 1];
                if size % 3 == 0 {
                    tree.push_marked(new)
                } else {
                    tree.push(new)
                }
                let paths = tree.paths();
                let marked: Vec<usize> = (known..size).filter(|place| (place + 1) % 3 == 0).collect();
                assert_eq!(paths.len(), marked.len());
                let total = u64::try_from(size).unwrap();
                for (place, (told, path)) in marked.into_iter().zip(paths) {
                    assert_eq!(told, u64::try_from(place).unwrap());
                    assert_eq!(path, path_by_definition(place, &leaves[..size]), "{place} of {size}");
                    assert_eq!(root_above(leaves[place], (told, total), &path), Some(tree.root()));
                    for wrong in 0..=total {
                        let is_root = root_above(leaves[place], (wrong, total), &path) == Some(tree.root());
                        assert_eq!(is_root, wrong == told, "{place} of {size} at {wrong}");
                    }
                    assert_ne!(root_above(leaf(b"x"), (told, total), &path), Some(tree.root()));
                    let longer = [path.as_slice(), &[leaves[0]]].concat();
                    assert_eq!(root_above(leaves[place], (told, total), &longer), None);
                    if let Some((_, shorter)) = path.split_last() {
                        assert_eq!(root_above(leaves[place], (told, total), shorter), None);
                    }
                }
            }
        }
        assert_eq!(root_above(leaves[0], (0, 0), &[]), None);
    }

    #[test]
    fn what_does_not_fit_is_no_frontier() {
        assert!(Frontier::read(0, &[]).is_some());
        for (size, bytes) in [(1, 0), (0, 32), (1, 31), (1, 33), (1, 64), (2, 64), (3, 32)] {
            assert_eq!(Frontier::read(size, &vec![7; bytes]), None, "{size} {bytes}");
        }
    }
}
