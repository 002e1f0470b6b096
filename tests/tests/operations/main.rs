//! What an operator meets, injected: one module per fault.
