using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Is not deterministic.</summary>
public sealed class Dice : IStateMachine
{
    public string Name => "dice";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state) => state.Put("thrown"u8, Guid.NewGuid().ToByteArray());
}
