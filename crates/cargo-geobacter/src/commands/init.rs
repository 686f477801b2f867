use std::process::ExitCode;
#[derive(clap::Args)]
pub(crate) struct InitArgs {}
pub(crate) fn init(_: &InitArgs) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
