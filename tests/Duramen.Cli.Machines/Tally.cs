using System.Globalization;
using System.Text;
using Duramen.State.Replication;

namespace Duramen.Cli.Machines;

/// <summary>Adds up its inputs, so that its state is of all of them, and replies the sum.</summary>
public sealed class Tally : IStateMachine
{
    public string Name => "tally";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state)
    {
        long before = state.TryGet("sum"u8, out ReadOnlySpan<byte> sum) ? long.Parse(sum, CultureInfo.InvariantCulture) : 0;
        byte[] after = Encoding.UTF8.GetBytes((before + long.Parse(input.Bytes, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        state.Put("sum"u8, after);
        state.Reply(after);
    }
}
