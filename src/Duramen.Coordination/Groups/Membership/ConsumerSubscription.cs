using System.Text;
using Duramen.Core.Binary;

namespace Duramen.Coordination.Groups.Membership;

/// <summary>
/// The only metadata that groups look into: what a member of protocol type "consumer" says it wants to read. Its versions differ in what follows the
/// topics: version i16, topics as an array of texts, and more.
/// </summary>
internal static class ConsumerSubscription
{
    /// <summary>The protocol type whose members say what they are subscribed to.</summary>
    public const string ProtocolType = "consumer";

    /// <summary>Adds the topics; says no, having added any number of them, when the bytes are not a subscription.</summary>
    public static bool TryReadTopics(ReadOnlySpan<byte> metadata, SortedSet<string> topics)
    {
        SpanReader reader = new(metadata);
        if (!reader.TryReadInt16(out short version) || version < 0 || !reader.TryReadInt32(out int count) || count < 0)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadInt16(out short sizeBytes) || !reader.TryReadBytes(sizeBytes, out ReadOnlySpan<byte> name))
            {
                return false;
            }

            topics.Add(Encoding.UTF8.GetString(name));
        }

        return true;
    }
}
