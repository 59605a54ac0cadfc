using System.Text;
using System.Text.Unicode;

namespace Duramen.State.Replication;

/// <summary>A machine did two different things with one input on one state. Whoever knows where the input came from says so to the user.</summary>
internal sealed class NondeterministicException(string message) : Exception(message)
{
    public static void ThrowIfDifferent((StateChange[] Changes, byte[] Reply) first, (StateChange[] Changes, byte[] Reply) second)
    {
        SortedDictionary<byte[], byte[]?> expected = new(ByteOrder.Instance);
        foreach (StateChange change in first.Changes)
        {
            expected[change.Key] = change.Value;
        }

        foreach (StateChange change in second.Changes)
        {
            if (!expected.Remove(change.Key, out byte[]? value))
            {
                throw new NondeterministicException($"the key '{Show(change.Key)}' was changed by the second execution only");
            }

            if (!Same(value, change.Value))
            {
                throw new NondeterministicException($"the key '{Show(change.Key)}' got another value when the input was executed again");
            }
        }

        if (expected.Count > 0)
        {
            throw new NondeterministicException($"the key '{Show(expected.Keys.First())}' was changed by the first execution only");
        }

        if (!first.Reply.AsSpan().SequenceEqual(second.Reply))
        {
            throw new NondeterministicException("the reply was another one when the input was executed again");
        }
    }

    /// <summary>A key as a reader can use it: its text, or base64 where it is none.</summary>
    public static string Show(ReadOnlySpan<byte> key) =>
        Utf8.IsValid(key) && key.IndexOfAnyInRange((byte)0, (byte)31) < 0 ? Encoding.UTF8.GetString(key) : "base64:" + Convert.ToBase64String(key);

    private static bool Same(byte[]? left, byte[]? right) =>
        left is null || right is null ? left is null && right is null : left.AsSpan().SequenceEqual(right);
}
