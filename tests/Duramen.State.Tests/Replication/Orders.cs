using System.Text;
using Duramen.Core.Random;
using Duramen.State.Replication;
using Duramen.State.Store;

namespace Duramen.State.Tests.Replication;

/// <summary>Orders for a <see cref="Bank"/>, and what its state is.</summary>
internal static class Orders
{
    public static byte[] Of(string order) => Encoding.UTF8.GetBytes(order);

    public static async Task<string> GiveAsync(this MachineReplica replica, string order) => Encoding.UTF8.GetString(await replica.ExecuteAsync(Of(order)));

    /// <summary>Orders of every kind, in an order that follows from the seed.</summary>
    public static IEnumerable<string> Random(ulong seed, int count)
    {
        var random = new Prng(seed);
        for (int index = 0; index < count; index++)
        {
            string account = $"account-{random.NextInt32(20)}";
            yield return random.NextInt32(10) switch
            {
                < 4 => $"deposit {account} {random.NextInt32(100)}",
                < 7 => $"move {account} account-{random.NextInt32(20)} {random.NextInt32(100)}",
                7 => $"close {account}",
                8 => $"interest {random.NextInt32(5)}",
                _ => random.NextInt32(2) == 0 ? $"show {account}" : "total",
            };
        }
    }

    public static string StateOf(MachineReplica replica)
    {
        using IStoreSnapshot snapshot = replica.OpenSnapshot();
        return StateOf(snapshot);
    }

    public static string StateOf(IStoreSnapshot snapshot)
    {
        var text = new StringBuilder();
        using IVersionCursor cursor = snapshot.Scan(KeyRange.All, snapshot.Position);
        while (cursor.MoveNext())
        {
            text.Append(Encoding.UTF8.GetString(cursor.Current.Key)).Append('=').Append(Encoding.UTF8.GetString(cursor.Current.Value.Span)).Append(' ');
        }

        return text.ToString();
    }
}
