use std::process::ExitCode;
pub(crate) fn devices() -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
