//! Devices, buffers, queues, signals, launches and caches, whatever the device.
