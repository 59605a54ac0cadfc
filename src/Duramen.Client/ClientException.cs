using Duramen.Core.Errors;
using Duramen.Kafka;

namespace Duramen.Client;

/// <summary>A client failed to do what it was asked. The message names the broker, topic or group, and the remedy.</summary>
public sealed class ClientException : DuramenException
{
    /// <summary>Makes an error of a client.</summary>
    /// <param name="code">One of <see cref="ClientErrors"/>.</param>
    /// <param name="message">What was wrong and where.</param>
    /// <param name="remedy">What the reader can do about it.</param>
    /// <param name="cause">The failure underneath, if there is one.</param>
    /// <param name="error">What the broker answered, when it answered.</param>
    public ClientException(ErrorCode code, string message, string remedy = "", Exception? cause = null, KafkaError error = KafkaError.None)
        : base(code, message, remedy, cause) => Error = error;

    /// <summary>What the broker answered; <see cref="KafkaError.None"/> when the failure is not an answer.</summary>
    public KafkaError Error { get; }

    /// <summary>Whether the same request may succeed when it is sent again.</summary>
    public bool IsRetriable => Error == KafkaError.None
        ? Code == ClientErrors.ConnectionLost || Code == ClientErrors.Unreachable || Code == ClientErrors.BrokerUnreachable || Code == ClientErrors.TimedOut
        : Error.IsRetriable;

    /// <summary>A broker's refusal in words.</summary>
    /// <param name="what">What was refused, with its object: "Creating topic 'orders'".</param>
    /// <param name="error">The broker's answer.</param>
    /// <param name="detail">What else the broker said.</param>
    internal static ClientException Refused(string what, KafkaError error, string? detail = null) => new(
        ClientErrors.Refused,
        $"{what} was refused with {error.WireName}: {(string.IsNullOrEmpty(detail) ? error.Message : detail)}",
        error: error);

    /// <summary>The part of a client that was called was disposed.</summary>
    internal static ClientException Closed(string what) => new(ClientErrors.Closed, $"The {what} was disposed.", "Make another one.");
}
