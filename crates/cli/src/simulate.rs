//! `dosimeter simulate`: the Compliance API simulator as a server on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use dosimeter_simulator::{Faults, Simulator};

use crate::{
    args::{FaultLevel, SimulateArgs},
    corpus::Corpus,
    error::Error,
    exit::Exit,
    terminal::Terminal,
    worker,
};

/// Runs the command until it is interrupted.
pub(crate) fn run(args: &SimulateArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let corpus = Corpus::load()?;
    let faults = match args.faults {
        FaultLevel::None => Faults::none(),
        FaultLevel::Some => Faults::some(1, 0.2),
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let simulator = Simulator::new(corpus.seed).faults(faults).address(address);
    worker::runtime()?.block_on(async {
        let running = simulator.run().await.map_err(Error::Simulator)?;
        let (url, key) = (running.base_url(), running.key());
        terminal.line(format_args!("listening on {url}; stop with Ctrl-C"))?;
        terminal.line(format_args!(
            "try: curl -H 'x-api-key: {key}' '{url}/v1/compliance/organizations'"
        ))?;
        terminal.line(format_args!(
            "or in dosimeter.toml: [api] base_url = \"{url}\", with the key {key}"
        ))?;
        terminal.flush()?;
        running.until_interrupted().await;
        Ok(Exit::Clean)
    })
}
