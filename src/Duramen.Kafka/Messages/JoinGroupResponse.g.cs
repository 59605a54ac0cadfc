// Generated from Schema/JoinGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The response of the API that joins a group, or joins it again for its next generation.</summary>
public sealed class JoinGroupResponse : IKafkaResponse<JoinGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.JoinGroup;

    /// <summary>How long the caller should wait before its next request, in milliseconds.</summary>
    public int ThrottleTimeMs { get; set; }

    /// <summary>What went wrong.</summary>
    public KafkaError ErrorCode { get; set; }

    /// <summary>The generation of the group.</summary>
    public int GenerationId { get; set; } = -1;

    /// <summary>The kind of the group, such as `consumer`.</summary>
    public string? ProtocolType { get; set; }

    /// <summary>The name of the protocol that the group agreed on.</summary>
    public string? ProtocolName { get; set; } = "";

    /// <summary>The member id of the leader.</summary>
    public string Leader { get; set; } = "";

    /// <summary>Whether the leader should leave the assignment as it is.</summary>
    public bool SkipAssignment { get; set; }

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The members of the group, for the leader; empty for the others.</summary>
    public List<Member> Members { get; set; } = [];

    /// <inheritdoc/>
    public static JoinGroupResponse Read(ref KafkaReader reader, short version)
    {
        reader.Begin("JoinGroupResponse", version, min: 0, max: 9, flexible: 6);
        var message = new JoinGroupResponse();
        if (version >= 2)
        {
            message.ThrottleTimeMs = reader.ReadInt32("ThrottleTimeMs");
        }

        message.ErrorCode = reader.ReadError("ErrorCode");
        message.GenerationId = reader.ReadInt32("GenerationId");
        if (version >= 7)
        {
            message.ProtocolType = reader.ReadNullableString("ProtocolType");
        }

        message.ProtocolName = version >= 7 ? reader.ReadNullableString("ProtocolName") : reader.ReadString("ProtocolName");
        message.Leader = reader.ReadString("Leader");
        if (version >= 9)
        {
            message.SkipAssignment = reader.ReadBoolean("SkipAssignment");
        }

        message.MemberId = reader.ReadString("MemberId");
        int membersCount = reader.ReadCount("Members", minElementSizeBytes: 4);
        message.Members.EnsureCapacity(membersCount);
        for (int i = 0; i < membersCount; i++)
        {
            message.Members.Add(Member.Read(ref reader, version));
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("JoinGroupResponse", version, min: 0, max: 9, flexible: 6);
        if (version >= 2)
        {
            writer.WriteInt32(ThrottleTimeMs);
        }

        writer.WriteError(ErrorCode);
        writer.WriteInt32(GenerationId);
        if (version >= 7)
        {
            writer.WriteNullableString(ProtocolType, "ProtocolType");
        }

        if (version >= 7)
        {
            writer.WriteNullableString(ProtocolName, "ProtocolName");
        }
        else
        {
            writer.WriteString(ProtocolName, "ProtocolName");
        }

        writer.WriteString(Leader, "Leader");
        if (version >= 9)
        {
            writer.WriteBoolean(SkipAssignment);
        }
        else
        {
            writer.Omit("SkipAssignment", isSet: SkipAssignment);
        }

        writer.WriteString(MemberId, "MemberId");
        writer.WriteCount(Members, "Members");
        foreach (Member element in Members)
        {
            element.Write(writer, version);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Members</c>.</summary>
    public sealed class Member
    {
        /// <summary>The id that the coordinator gave the member.</summary>
        public string MemberId { get; set; } = "";

        /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }

        /// <summary>What the member told the leader.</summary>
        public ReadOnlyMemory<byte> Metadata { get; set; }

        internal static Member Read(ref KafkaReader reader, short version)
        {
            var structure = new Member();
            structure.MemberId = reader.ReadString("Members[].MemberId");
            if (version >= 5)
            {
                structure.GroupInstanceId = reader.ReadNullableString("Members[].GroupInstanceId");
            }

            structure.Metadata = reader.ReadBytes("Members[].Metadata");
            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(MemberId, "Members[].MemberId");
            if (version >= 5)
            {
                writer.WriteNullableString(GroupInstanceId, "Members[].GroupInstanceId");
            }

            writer.WriteBytes(Metadata, "Members[].Metadata");
            writer.WriteNoTags();
        }
    }
}
