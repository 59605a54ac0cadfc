using Duramen.Core.Errors;

namespace Duramen.Client;

/// <summary>The codes of everything that a client can report.</summary>
public static class ClientErrors
{
    /// <summary>An option, or a value that was to be sent, is outside what is allowed.</summary>
    public static ErrorCode InvalidOption => new("client-invalid-option");

    /// <summary>No broker could be connected to.</summary>
    public static ErrorCode Unreachable => new("client-unreachable");

    /// <summary>One broker could not be connected to, whose answer is needed; others may be there, and another one may take its place.</summary>
    public static ErrorCode BrokerUnreachable => new("client-broker-unreachable");

    /// <summary>A connection ended before a request on it was answered; whether the broker did what was asked is not known.</summary>
    public static ErrorCode ConnectionLost => new("client-connection-lost");

    /// <summary>A request, or all attempts at one together, took too long; whether the broker did what was asked is not known.</summary>
    public static ErrorCode TimedOut => new("client-timed-out");

    /// <summary>The broker does not have a request that is needed, or not in a version that is known here.</summary>
    public static ErrorCode UnsupportedVersion => new("client-version-unsupported");

    /// <summary>What a broker sent is not what the protocol allows.</summary>
    public static ErrorCode BadResponse => new("client-bad-response");

    /// <summary>A broker refused a request; <see cref="ClientException.Error"/> says why.</summary>
    public static ErrorCode Refused => new("client-refused");

    /// <summary>A record is larger than a producer may send.</summary>
    public static ErrorCode RecordTooLarge => new("client-record-too-large");

    /// <summary>A record was not acknowledged in time; whether it is in the log is not known.</summary>
    public static ErrorCode DeliveryTimedOut => new("client-delivery-timed-out");

    /// <summary>A partition has no position to read from, and the consumer was told to choose none.</summary>
    public static ErrorCode NoPosition => new("client-no-position");

    /// <summary>The client, or the part of it that was used, was disposed.</summary>
    public static ErrorCode Closed => new("client-closed");
}
