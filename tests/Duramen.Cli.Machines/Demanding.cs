using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Cannot be made without an argument.</summary>
public sealed class Demanding(string name) : IStateMachine
{
    public string Name => name;

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state) => state.Reply("x"u8);
}
