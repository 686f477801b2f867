use std::process::ExitCode;
pub(crate) fn doctor() -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
