//! What there is.

use super::{export, write, write_all};
use crate::abi::{
    CacheProperties, IoLinkProperties, MemoryProperties, NodeProperties, Status, SystemProperties, TileConfig,
};
use crate::driver;

export! {
    /// How many nodes there are.
    fn hsaKmtAcquireSystemProperties(properties: *mut SystemProperties) {
        let nodes = driver::get()?.topology.nodes();
        // SAFETY: the caller's promise.
        unsafe { write(properties, SystemProperties { nodes, ..SystemProperties::default() }) }
    }

    /// Undoes `hsaKmtAcquireSystemProperties`. The topology never changes.
    fn hsaKmtReleaseSystemProperties() {
        Ok(())
    }

    /// One node.
    fn hsaKmtGetNodeProperties(node: u32, properties: *mut NodeProperties) {
        let described = driver::get()?.topology.node(node)?;
        // SAFETY: the caller's promise.
        unsafe { write(properties, described) }
    }

    /// A node's banks of memory.
    fn hsaKmtGetNodeMemoryProperties(node: u32, room: u32, properties: *mut MemoryProperties) {
        let banks = driver::get()?.topology.banks(node)?;
        // SAFETY: the caller's promise.
        unsafe { write_all(properties, room, &banks) }
    }

    /// A node's caches.
    fn hsaKmtGetNodeCacheProperties(node: u32, _processor: u32, room: u32, properties: *mut CacheProperties) {
        let caches = driver::get()?.topology.caches(node)?;
        // SAFETY: the caller's promise.
        unsafe { write_all(properties, room, &caches) }
    }

    /// A node's links to others.
    fn hsaKmtGetNodeIoLinkProperties(node: u32, room: u32, properties: *mut IoLinkProperties) {
        let links = driver::get()?.topology.links(node)?;
        // SAFETY: the caller's promise.
        unsafe { write_all(properties, room, &links) }
    }

    /// How the device lays images out. All tables are empty: the runtime reads this for devices before GFX9 only.
    fn hsaKmtGetTileConfig(node: u32, config: *mut TileConfig) {
        driver::get()?.device(node)?;
        if config.is_null() {
            return Err(Status::InvalidParameter);
        }
        // SAFETY: the caller's promise; the first two fields are its own.
        let given = unsafe { config.read_unaligned() };
        let none = TileConfig {
            tile_configs: 0,
            macro_tile_configs: 0,
            address_config: 0,
            banks: 0,
            ranks: 0,
            ..given
        };
        // SAFETY: the caller's promise.
        unsafe { write(config, none) }
    }
}
