//! Copies between two devices.

use std::sync::Arc;

use geobacter_driver::Error;

use crate::context::Context;
use crate::sys::{CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED, CUDA_SUCCESS};

/// Lets `context` reach the memory of `peer` directly, if the machine can: copies are then not staged through the host.
/// Tried once for each pair; without it `cuMemcpyPeerAsync` works too, only slower.
pub(crate) fn enable(context: &Arc<Context>, peer: &Arc<Context>) -> Result<(), Error> {
    if Arc::ptr_eq(context, peer) {
        return Ok(());
    }
    let mut tried = context.peers.lock();
    if tried.contains(&peer.device()) {
        return Ok(());
    }
    context.enter()?;
    let mut can = 0;
    // SAFETY: writes one int.
    unsafe { cuda!(context, cuDeviceCanAccessPeer(&mut can, context.device(), peer.device())) }?;
    if can != 0 {
        // SAFETY: both contexts live; this one is current.
        match unsafe { (context.api().cuCtxEnablePeerAccess)(peer.raw(), 0) } {
            CUDA_SUCCESS | CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED => {}
            result if result.loses_context() => context.check("cuCtxEnablePeerAccess", result)?,
            result => {
                tracing::warn!(
                    "{} has no direct access to {}: {}",
                    context.id(),
                    peer.id(),
                    context.api().describe(result)
                );
            }
        }
    }
    tried.push(peer.device());
    Ok(())
}
