// Generated from Schema/LeaveGroup.txt by eng/Duramen.Kafka.Generator; changes are lost.
#nullable enable

using System;
using System.Collections.Generic;
using Duramen.Kafka.Wire;

namespace Duramen.Kafka.Messages;

/// <summary>The request of the API that takes members out of a group.</summary>
public sealed class LeaveGroupRequest : IKafkaRequest<LeaveGroupRequest, LeaveGroupResponse>
{
    /// <inheritdoc/>
    public static ApiKey ApiKey => ApiKey.LeaveGroup;

    /// <summary>The id of the group.</summary>
    public string GroupId { get; set; } = "";

    /// <summary>The id that the coordinator gave the member.</summary>
    public string MemberId { get; set; } = "";

    /// <summary>The members that leave.</summary>
    public List<Member> Members { get; set; } = [];

    /// <inheritdoc/>
    public static LeaveGroupRequest Read(ref KafkaReader reader, short version)
    {
        reader.Begin("LeaveGroupRequest", version, min: 0, max: 5, flexible: 4);
        var message = new LeaveGroupRequest();
        message.GroupId = reader.ReadString("GroupId");
        if (version <= 2)
        {
            message.MemberId = reader.ReadString("MemberId");
        }

        if (version >= 3)
        {
            int membersCount = reader.ReadCount("Members", minElementSizeBytes: 3);
            message.Members.EnsureCapacity(membersCount);
            for (int i = 0; i < membersCount; i++)
            {
                message.Members.Add(Member.Read(ref reader, version));
            }
        }

        reader.SkipTags();
        reader.End();
        return message;
    }

    /// <inheritdoc/>
    public void Write(KafkaWriter writer, short version)
    {
        writer.Begin("LeaveGroupRequest", version, min: 0, max: 5, flexible: 4);
        writer.WriteString(GroupId, "GroupId");
        if (version <= 2)
        {
            writer.WriteString(MemberId, "MemberId");
        }
        else
        {
            writer.Omit("MemberId", isSet: MemberId is not "");
        }

        if (version >= 3)
        {
            writer.WriteCount(Members, "Members");
            foreach (Member element in Members)
            {
                element.Write(writer, version);
            }
        }
        else
        {
            writer.Omit("Members", isSet: Members.Count > 0);
        }

        writer.WriteNoTags();
    }

    /// <summary>An element of <c>Members</c>.</summary>
    public sealed class Member
    {
        /// <summary>The id of the member; empty for a static one that is named by its instance id.</summary>
        public string MemberId { get; set; } = "";

        /// <summary>The name that a static member keeps over restarts; null for a dynamic member.</summary>
        public string? GroupInstanceId { get; set; }

        /// <summary>Why the member leaves, for a person.</summary>
        public string? Reason { get; set; }

        internal static Member Read(ref KafkaReader reader, short version)
        {
            var structure = new Member();
            structure.MemberId = reader.ReadString("Members[].MemberId");
            structure.GroupInstanceId = reader.ReadNullableString("Members[].GroupInstanceId");
            if (version >= 5)
            {
                structure.Reason = reader.ReadNullableString("Members[].Reason");
            }

            reader.SkipTags();
            return structure;
        }

        internal void Write(KafkaWriter writer, short version)
        {
            writer.WriteString(MemberId, "Members[].MemberId");
            writer.WriteNullableString(GroupInstanceId, "Members[].GroupInstanceId");
            if (version >= 5)
            {
                writer.WriteNullableString(Reason, "Members[].Reason");
            }

            writer.WriteNoTags();
        }
    }
}
