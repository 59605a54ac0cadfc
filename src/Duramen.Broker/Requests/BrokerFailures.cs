using Duramen.Core.Errors;
using Duramen.Kafka;
using Duramen.Log;
using Duramen.State;

namespace Duramen.Broker.Requests;

/// <summary>What a client is told when what serves it fails in a way that was planned for.</summary>
internal static class BrokerFailures
{
    /// <summary>Whether a failure is one of those; anything else is a bug, and closes the connection.</summary>
    public static bool IsPlanned(Exception exception) => exception is StateException or LogException or ObjectDisposedException;

    /// <summary>The answer of a coordinator that cannot answer: the client looks for it and asks again.</summary>
    public static KafkaError OfCoordinator(Exception exception) =>
        exception is DuramenException { Code: var code } && code == StateErrors.Unreadable ? KafkaError.UnknownServerError : KafkaError.CoordinatorNotAvailable;

    /// <summary>The answer of a catalog that cannot answer.</summary>
    public static KafkaError OfCatalog(Exception exception) =>
        exception is LogException ? KafkaError.KafkaStorageError : KafkaError.NotController;
}
