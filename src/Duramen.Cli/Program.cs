return await Duramen.Cli.Commands.CommandRunner.RunAsync(args).ConfigureAwait(false);
