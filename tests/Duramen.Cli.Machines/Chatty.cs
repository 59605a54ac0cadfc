using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Prints what it does, and asks the user.</summary>
public sealed class Chatty : IStateMachine
{
    public string Name => "chatty";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state)
    {
        Console.WriteLine("executing");
        state.Put("answer"u8, System.Text.Encoding.UTF8.GetBytes(Console.ReadLine() ?? "none"));
    }
}
