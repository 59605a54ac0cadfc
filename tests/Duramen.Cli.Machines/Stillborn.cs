using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Cannot be made at all.</summary>
public sealed class Stillborn : IStateMachine
{
    public Stillborn() => throw new InvalidOperationException("no luck today");

    public string Name => "stillborn";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state) => state.Reply("x"u8);
}
