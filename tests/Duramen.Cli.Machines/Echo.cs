using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Keeps its last input and replies it.</summary>
public sealed class Echo : IStateMachine
{
    public string Name => "echo";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state)
    {
        state.Put("last"u8, input.Bytes);
        state.Reply(input.Bytes);
    }
}
