using System.Globalization;
using System.Text;
using Duramen.State.Replication;

namespace ReplayingHistory;

/// <summary>A till that takes and gives money, and refuses to give what it does not have. Its inputs are amounts, its replies what is in it then.</summary>
public sealed class Till : IStateMachine
{
    public string Name => "till";

    public int Version => 1;

    public void Execute(MachineInput input, MachineState state)
    {
        long before = state.TryGet("content"u8, out ReadOnlySpan<byte> content) ? long.Parse(content, CultureInfo.InvariantCulture) : 0;
        if (!long.TryParse(input.Bytes, CultureInfo.InvariantCulture, out long amount) || before + amount < 0)
        {
            state.Reply("refused"u8);
            return;
        }

        byte[] after = Encoding.UTF8.GetBytes((before + amount).ToString(CultureInfo.InvariantCulture));
        state.Put("content"u8, after);
        state.Reply(after);
    }
}
