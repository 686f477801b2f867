//! From the bitcode in objects and rlibs to one pruned module with every kernel in it.
