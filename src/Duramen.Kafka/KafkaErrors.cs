using System.Globalization;

namespace Duramen.Kafka;

/// <summary>What is known about each error of the protocol.</summary>
public static partial class KafkaErrors
{
    private const short First = (short)KafkaError.UnknownServerError;

    extension(KafkaError error)
    {
        /// <summary>The name that clients know the error by, such as <c>NOT_LEADER_OR_FOLLOWER</c>; its number when it is not known.</summary>
        public string WireName => Find(error)?.WireName ?? ((short)error).ToString(CultureInfo.InvariantCulture);

        /// <summary>Whether the same request may succeed when it is sent again, perhaps after asking for metadata.</summary>
        public bool IsRetriable => Find(error) is { IsRetriable: true };

        /// <summary>What to tell a person.</summary>
        public string Message => Find(error)?.Message ?? "An error that this version does not know.";
    }

    // The numbers have no gap, so that an error's place in the table is its number.
    private static Entry? Find(KafkaError error)
    {
        int index = (short)error - First;
        return (uint)index < (uint)Table.Length ? Table[index] : null;
    }

    private sealed record Entry(KafkaError Error, string WireName, bool IsRetriable, string Message);
}
