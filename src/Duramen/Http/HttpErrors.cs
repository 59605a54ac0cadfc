using Duramen.Core.Errors;

namespace Duramen.Http;

/// <summary>The codes of what is wrong with a request over HTTP itself.</summary>
public static class HttpErrors
{
    /// <summary>Nothing is served at the path.</summary>
    public static ErrorCode PathUnknown => new("http-path-unknown");

    /// <summary>What is served at the path does not take the method.</summary>
    public static ErrorCode MethodNotAllowed => new("http-method-not-allowed");

    /// <summary>The path, a parameter, a header or the body is not what it must be; the message says which and why.</summary>
    public static ErrorCode RequestInvalid => new("http-request-invalid");

    /// <summary>The body is larger than it may be.</summary>
    public static ErrorCode BodyTooLarge => new("http-body-too-large");

    /// <summary>The body is of a type that is not read here.</summary>
    public static ErrorCode BodyTypeUnknown => new("http-body-type-unknown");

    /// <summary>The key has no value at the moment that was asked for.</summary>
    public static ErrorCode KeyUnknown => new("key-unknown");

    /// <summary>The answer failed for a reason that nobody planned; the log of the server has more.</summary>
    public static ErrorCode AnswerFailed => new("http-answer-failed");
}
