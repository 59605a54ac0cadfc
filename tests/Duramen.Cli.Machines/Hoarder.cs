using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Keeps more under a key than a state takes, and does not get as far where its settings are wrong.</summary>
public sealed class Hoarder : IStateMachine
{
    public string Name => "hoarder";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state) => state.Put(new byte[Settings.KeyBytes], input.Bytes);

    private static class Settings
    {
        public static readonly int KeyBytes = int.Parse(Environment.GetEnvironmentVariable("HOARD") ?? "65537", System.Globalization.CultureInfo.InvariantCulture);
    }
}
