using System.Globalization;
using System.Text;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Tests.Replication;

/// <summary>Accounts with whole balances: "deposit NAME N", "move FROM TO N", "close NAME", "interest N" (to every account), "show NAME", "total", "fail".</summary>
internal class Bank : IStateMachine
{
    public string Name => "bank";

    public virtual int Version => 1;

    public virtual void Execute(MachineInput input, MachineState state)
    {
        string[] words = Encoding.UTF8.GetString(input.Bytes).Split(' ');
        switch (words[0])
        {
            case "deposit":
                Add(state, words[1], Number(words[2]));
                break;
            case "move" when Balance(state, words[1]) is { } balance && balance >= Number(words[3]):
                Add(state, words[1], -Number(words[3]));
                Add(state, words[2], Number(words[3]));
                break;
            case "move":
                state.Reply("refused"u8);
                return;
            case "close":
                state.Remove(Encoding.UTF8.GetBytes(words[1]));
                break;
            case "interest":
                Interest(state, Number(words[1]));
                break;
            case "show":
                state.Reply(Encoding.UTF8.GetBytes(Balance(state, words[1])?.ToString(CultureInfo.InvariantCulture) ?? "none"));
                return;
            case "total":
                state.Reply(Encoding.UTF8.GetBytes(Total(state).ToString(CultureInfo.InvariantCulture)));
                return;
            default:
                throw new InvalidOperationException("The bank knows no such order.");
        }

        state.Reply("done"u8);
    }

    protected static void Add(MachineState state, string account, long amount) =>
        state.Put(Encoding.UTF8.GetBytes(account), Encoding.UTF8.GetBytes(((Balance(state, account) ?? 0) + amount).ToString(CultureInfo.InvariantCulture)));

    private static void Interest(MachineState state, long amount)
    {
        using StateCursor accounts = state.Scan(KeyRange.All);
        while (accounts.MoveNext())
        {
            Add(state, Encoding.UTF8.GetString(accounts.Key), amount);
        }
    }

    private static long Total(MachineState state)
    {
        long total = 0;
        using StateCursor accounts = state.Scan(KeyRange.All);
        while (accounts.MoveNext())
        {
            total += Number(Encoding.UTF8.GetString(accounts.Value));
        }

        return total;
    }

    private static long? Balance(MachineState state, string account) =>
        state.TryGet(Encoding.UTF8.GetBytes(account), out ReadOnlySpan<byte> value) ? Number(Encoding.UTF8.GetString(value)) : null;

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
